package io.l7.lab.jvm;

import io.l7.dns.L7InetAddressResolver;
import io.l7.dns.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The provider that the JDK finds (it takes one for the whole JVM, the first of the class path):
 * names are looked up in the labs that have been joined, the latest first, and by the machine as
 * ever when no lab knows them. Answers are not cached by the JDK, for a lab's do not live long.
 */
public final class LabAddresses extends InetAddressResolverProvider {
  /** The one thing of a lab that is the whole JVM's, as the interface demands. */
  private static final List<Resolver> JOINED = new CopyOnWriteArrayList<>();

  /** Makes the names that {@code resolver} knows known to this JVM, until it is closed. */
  public static AutoCloseable join(Resolver resolver) {
    JOINED.addFirst(resolver);
    return () -> JOINED.remove(resolver);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    return before(configuration.builtinResolver());
  }

  /** Asks the joined labs, and {@code machine} for what they do not know. */
  static InetAddressResolver before(InetAddressResolver machine) {
    return new Joined(machine);
  }

  @Override
  public String name() {
    return "L7 lab";
  }

  private record Joined(InetAddressResolver machine) implements InetAddressResolver {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      for (var resolver : JOINED) {
        try {
          return new L7InetAddressResolver(resolver, machine).lookupByName(host, policy);
        } catch (UnknownHostException e) {
          // perhaps the next one knows it
        }
      }
      return machine.lookupByName(host, policy);
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      return machine.lookupByAddress(address);
    }
  }
}
