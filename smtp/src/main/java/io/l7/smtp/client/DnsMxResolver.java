package io.l7.smtp.client;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Mx;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Txt;
import io.l7.smtp.dane.TlsaResolver;
import io.l7.smtp.sts.PolicyIds;
import io.l7.smtp.tlsrpt.ReportAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds mail servers and their addresses by the DNS. What was learned is kept for its time to live
 * by the resolver. Thread-safe.
 */
public final class DnsMxResolver implements MxResolver, HostResolver, AutoCloseable {
  private volatile Resolver resolver;
  private Optional<Resolver> retired = Optional.empty();

  /** Asks by this resolver, and closes it in the end. */
  public DnsMxResolver(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Asks the recursive resolver at an address, which is trusted to validate.
   *
   * @throws UnknownHostException the resolver is given by a name that the machine does not know
   */
  public static DnsMxResolver forwarding(Endpoint server, Network network)
      throws UnknownHostException {
    return validating(server, network, List.of());
  }

  /**
   * Asks the recursive resolver at an address and checks by these trust anchors what it says; it
   * has to pass signatures on.
   *
   * @throws UnknownHostException the resolver is given by a name that the machine does not know
   */
  public static DnsMxResolver validating(
      Endpoint server, Network network, List<ResourceRecord> anchors) throws UnknownHostException {
    return new DnsMxResolver(validator(server, network, anchors));
  }

  /**
   * A resolver that asks and checks so.
   *
   * @throws UnknownHostException the server is given by a name that the machine does not know
   */
  public static Resolver validator(Endpoint server, Network network, List<ResourceRecord> anchors)
      throws UnknownHostException {
    var address =
        server.literal().isPresent()
            ? server
            : new Endpoint(InetAddress.getByName(server.host()).getHostAddress(), server.port());
    return Resolver.builder().forward(address).trustAnchor(anchors).network(network).build();
  }

  /**
   * Asks by another resolver from now on, with nothing of what the one before has learned. That one
   * ends what it is doing, and is closed with the next change.
   */
  public synchronized void replace(Resolver other) {
    retired.ifPresent(Resolver::close);
    retired = Optional.of(resolver);
    resolver = other;
  }

  /** The TLSA records of servers, by the same resolver. */
  public TlsaResolver tlsa() {
    return server -> new DnsTlsaResolver(resolver).lookup(server);
  }

  /** The MTA-STS policies that domains announce, by the same resolver. */
  public PolicyIds policyIds() {
    return domain -> new DnsPolicyIds(resolver).id(domain);
  }

  /** Where domains want to have reports of TLS, by the same resolver. */
  public ReportAddresses reportAddresses() {
    return this::reportTexts;
  }

  private List<String> reportTexts(String domain) throws IOException {
    Name name;
    try {
      name = Name.parse("_smtp._tls." + domain);
    } catch (IllegalArgumentException e) {
      return List.of(); // too long a name to have any
    }
    var answer = resolver.lookup(name, RRType.TXT);
    if (answer.isFailure()) {
      throw new IOException("TXT of " + name + ": " + answer.why());
    }
    return answer.data().stream().map(Txt::of).map(Txt::joined).toList();
  }

  @Override
  public MxAnswer lookup(String domain) {
    Name name;
    try {
      name = Name.parse(domain);
    } catch (IllegalArgumentException e) {
      return new MxAnswer.NoSuchDomain(domain + " is no domain name: " + e.getMessage());
    }
    var answer = resolver.lookup(name, RRType.MX);
    if (answer.isFailure()) {
      return new MxAnswer.Unknown("MX of " + domain + ": " + answer.why());
    }
    if (answer.isNameError()) {
      return new MxAnswer.NoSuchDomain(domain + " does not exist");
    }
    var all = answer.data().stream().map(Mx::of).toList();
    // RFC 7505 §3: the null MX stands alone; beside others it is a mistake
    var hosts =
        all.stream().filter(mx -> !mx.exchange().isRoot()).map(DnsMxResolver::host).toList();
    if (!hosts.isEmpty()) {
      return new MxAnswer.Hosts(hosts, origin(answer));
    }
    return all.isEmpty() ? implicit(domain, name, origin(answer)) : new MxAnswer.NullMx();
  }

  /** RFC 5321 §5.1: without MX the domain itself, if it has an address. */
  private MxAnswer implicit(String domain, Name name, MxAnswer.Origin origin) {
    var answers = addressAnswers(name);
    if (answers.stream().anyMatch(a -> !a.data().isEmpty())) {
      return new MxAnswer.Hosts(List.of(new MxHost(0, domain)), origin);
    }
    return answers.stream()
        .filter(Answer::isFailure)
        .findFirst()
        .<MxAnswer>map(a -> new MxAnswer.Unknown("address of " + domain + ": " + a.why()))
        .orElseGet(() -> new MxAnswer.NoSuchDomain(domain + " has neither MX nor address"));
  }

  private static MxAnswer.Origin origin(Answer answer) {
    return answer.security() == Security.SECURE ? MxAnswer.Origin.PROVEN : MxAnswer.Origin.CLAIMED;
  }

  private List<Answer> addressAnswers(Name name) {
    return List.of(resolver.lookup(name, RRType.AAAA), resolver.lookup(name, RRType.A));
  }

  private static MxHost host(Mx mx) {
    var text = mx.exchange().toString().toLowerCase(Locale.ROOT);
    var host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return new MxHost(mx.preference(), host);
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    Name name;
    try {
      name = Name.parse(host);
    } catch (IllegalArgumentException e) {
      throw new UnknownHostException(host + ": " + e.getMessage());
    }
    var out = new ArrayList<InetAddress>();
    var why = host + " has no address";
    for (var answer : addressAnswers(name)) {
      answer.data().stream().map(Rdata::asAddress).forEach(out::add);
      why = answer.isFailure() ? host + ": " + answer.why() : why;
    }
    if (out.isEmpty()) {
      throw new UnknownHostException(why);
    }
    return out;
  }

  @Override
  public synchronized void close() {
    retired.ifPresent(Resolver::close);
    resolver.close();
  }
}
