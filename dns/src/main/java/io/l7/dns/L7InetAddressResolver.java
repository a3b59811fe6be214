package io.l7.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Puts a {@link Resolver} under {@link InetAddress}: name a subclass of {@link
 * InetAddressResolverProvider} that returns it in {@code META-INF/services}. Addresses are turned
 * into names by the machine's own resolver, and {@code localhost} stays its.
 */
public final class L7InetAddressResolver implements InetAddressResolver {
  private final Resolver resolver;
  private final InetAddressResolver builtIn;

  public L7InetAddressResolver(Resolver resolver, InetAddressResolver builtIn) {
    this.resolver = resolver;
    this.builtIn = builtIn;
  }

  /** A provider of it, to be subclassed or returned. */
  public static InetAddressResolverProvider provider(Resolver resolver) {
    return new InetAddressResolverProvider() {
      @Override
      public InetAddressResolver get(Configuration configuration) {
        return new L7InetAddressResolver(resolver, configuration.builtinResolver());
      }

      @Override
      public String name() {
        return "l7";
      }
    };
  }

  @Override
  public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
      throws UnknownHostException {
    if (host.equalsIgnoreCase("localhost")) {
      return builtIn.lookupByName(host, policy);
    }
    int wanted = policy.characteristics();
    Comparator<InetAddress> order = Comparator.comparingInt(address -> address.getAddress().length);
    boolean sixFirst = (wanted & LookupPolicy.IPV6_FIRST) != 0;
    return resolver.addresses(host).stream()
        .filter(
            address ->
                (wanted
                        & (address.getAddress().length == 4
                            ? LookupPolicy.IPV4
                            : LookupPolicy.IPV6))
                    != 0)
        .sorted(sixFirst ? order.reversed() : order);
  }

  @Override
  public String lookupByAddress(byte[] address) throws UnknownHostException {
    return builtIn.lookupByAddress(address);
  }
}
