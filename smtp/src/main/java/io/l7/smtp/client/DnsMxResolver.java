package io.l7.smtp.client;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Mx;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Asks a recursive resolver for MX and addresses, over TCP (RFC 7766): nothing to spoof, nothing to
 * truncate. Thread-safe.
 */
public final class DnsMxResolver implements MxResolver, HostResolver {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Endpoint resolver;
  private final Dialer dialer;

  /** Asks this resolver. */
  public DnsMxResolver(Endpoint resolver, Dialer dialer) {
    this.resolver = resolver;
    this.dialer = dialer;
  }

  @Override
  public MxAnswer lookup(String domain) {
    try {
      var response = ask(domain, RRType.MX);
      if (response.rcode().equals(Rcode.NXDOMAIN)) {
        return new MxAnswer.NoSuchDomain(domain + " does not exist");
      }
      var hosts = new ArrayList<MxHost>();
      for (var record : response.answer()) {
        if (record.type().equals(RRType.MX)) {
          var mx = Mx.of(record.rdata());
          if (mx.exchange().isRoot()) { // RFC 7505 §3
            return new MxAnswer.NullMx();
          }
          hosts.add(new MxHost(mx.preference(), host(mx.exchange())));
        }
      }
      if (!hosts.isEmpty()) {
        return new MxAnswer.Hosts(hosts);
      }
      // RFC 5321 §5.1: without MX the domain itself, if it has an address
      return addresses(domain).isEmpty()
          ? new MxAnswer.NoSuchDomain(domain + " has neither MX nor address")
          : new MxAnswer.Hosts(List.of(new MxHost(0, domain)));
    } catch (IOException | IllegalArgumentException e) {
      return new MxAnswer.Unknown("MX of " + domain + ": " + MailSender.text(e));
    }
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    try {
      var found = addresses(host);
      if (found.isEmpty()) {
        throw new UnknownHostException(host + " has no address");
      }
      return found;
    } catch (UnknownHostException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      var unknown = new UnknownHostException(host + ": " + MailSender.text(e));
      unknown.initCause(e);
      throw unknown;
    }
  }

  private List<InetAddress> addresses(String host) throws IOException {
    var out = new ArrayList<InetAddress>();
    for (var type : List.of(RRType.AAAA, RRType.A)) {
      for (var record : ask(host, type).answer()) {
        if (record.type().equals(type)) {
          out.add(record.rdata().asAddress());
        }
      }
    }
    return out;
  }

  private static String host(Name name) {
    var text = name.toString().toLowerCase(Locale.ROOT);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private Message ask(String name, RRType type) throws IOException {
    var question = Question.of(Name.parse(name), type);
    var query =
        Message.query(RandomGenerator.getDefault().nextInt(1 << 16), question).with(Flag.RD);
    var wire = MessageWriter.write(query);
    try (var connection = dialer.dial(resolver)) {
      connection.deadline(PATIENCE, "answer of the resolver");
      connection.out().frame16(wire, 0, wire.length);
      connection.out().flush();
      var octets = connection.in().frame16().orElseThrow(() -> new IOException("resolver hung up"));
      var response = MessageReader.read(octets);
      if (response.id() != query.id() || !response.isResponse()) {
        throw new IOException("answer to another question");
      }
      if (!response.rcode().equals(Rcode.NOERROR) && !response.rcode().equals(Rcode.NXDOMAIN)) {
        throw new IOException("resolver says " + response.rcode());
      }
      return response;
    } catch (MalformedMessageException e) {
      throw new IOException("malformed answer", e);
    }
  }
}
