package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Explanation;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.Transport;
import io.l7.dns.transport.NetworkUpstream;
import io.l7.dns.transport.UpstreamMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns query}: one question, in dig's layout. */
@Command(name = "query", description = "Ask one question; prints in dig's layout.")
final class QueryCommand extends L7Command {
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int EDNS_OCTETS = 1232;
  private static final int TRIES = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);

  @Parameters(
      arity = "1..4",
      paramLabel = "WORD",
      description = "NAME [TYPE] [@HOST[:PORT]], in any order.")
  private List<String> words = List.of();

  @Option(
      names = "--iterate",
      description = "Walk down from the root here instead of asking a resolver.")
  private boolean iterate;

  @Option(names = "--trace", description = "Walk down from the root and print every step.")
  private boolean trace;

  @Option(names = "--dnssec", description = "Set DO: ask for signatures.")
  private boolean dnssec;

  @Option(names = "--cd", description = "Set CD: no validation at the resolver.")
  private boolean checkingDisabled;

  @Option(names = "--norecurse", description = "Clear RD.")
  private boolean noRecursion;

  @Option(names = "--tcp", description = "Ask over TCP.")
  private boolean tcp;

  @Mixin private ResolverOptions resolution = new ResolverOptions();

  @Override
  protected int run() throws Exception {
    Subject subject;
    try {
      subject = Subject.parse(words);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    boolean walk = iterate || trace || (subject.server().isEmpty() && resolution.given());
    return walk
        ? iterate(subject)
        : ask(subject, subject.server().isPresent() ? subject.server().get() : system());
  }

  private static Endpoint system() throws IOException {
    if (Files.isReadable(RESOLV_CONF)) {
      for (String line : Files.readAllLines(RESOLV_CONF)) {
        String[] parts = line.trim().split("\\s+", 3);
        if (parts.length > 1 && parts[0].equals("nameserver")) {
          return new Endpoint(parts[1], UpstreamMap.DNS_PORT);
        }
      }
    }
    return new Endpoint("127.0.0.1", UpstreamMap.DNS_PORT);
  }

  private int iterate(Subject subject) throws IOException {
    try (Resolver resolver = resolution.builder().build()) {
      Explanation explanation = resolver.explanation(subject.question());
      long start = System.nanoTime();
      Answer answer = resolver.lookup(subject.question(), trace ? explanation : Trace.NONE);
      long millis = (System.nanoTime() - start) / 1_000_000;
      if (trace && !json()) {
        explanation.toText().lines().forEach(line -> out().println("; " + line));
        out().println();
      }
      return print(
          message(answer),
          millis,
          "this program, from the root (" + resolver.packetsSent() + " packets)");
    }
  }

  private Message message(Answer answer) {
    Edns edns = Edns.ofSize(EDNS_OCTETS);
    for (ExtendedError error : answer.errors()) {
      edns = edns.withError(error);
    }
    Message message =
        Message.query(0, answer.question())
            .with(Flag.QR)
            .with(Flag.RD)
            .with(Flag.RA)
            .withRcode(answer.rcode());
    if (answer.security() == Security.SECURE) {
      message = message.with(Flag.AD);
    }
    List<ResourceRecord> authority = answer.records().isEmpty() ? answer.authority() : List.of();
    return message.withSections(answer.records(), authority, List.of()).withEdns(edns);
  }

  private int ask(Subject subject, Endpoint server) throws IOException {
    Message query = Message.query(new SecureRandom().nextInt(0x10000), subject.question());
    query = noRecursion ? query : query.with(Flag.RD);
    query = checkingDisabled ? query.with(Flag.CD) : query;
    Edns edns = Edns.ofSize(EDNS_OCTETS);
    query = query.with(Flag.AD).withEdns(dnssec ? edns.withDnssecOk() : edns);
    InetSocketAddress target = server.toSocketAddress();
    InetAddress address = target.getAddress();
    long start = System.nanoTime();
    try (var upstream =
        new NetworkUpstream(
            Network.real(), new UpstreamMap(Map.of(address, target), UpstreamMap.DNS_PORT))) {
      Transport transport = tcp ? Transport.TCP : Transport.UDP;
      Exchange exchange = exchange(upstream, address, transport, query);
      if (exchange instanceof Exchange.Answered(Message first) && first.has(Flag.TC) && !tcp) {
        out().println(";; Truncated, retrying in TCP mode.");
        transport = Transport.TCP;
        exchange = exchange(upstream, address, transport, query);
      }
      if (exchange instanceof Exchange.Answered(Message response)) {
        String where =
            server.host()
                + "#"
                + server.port()
                + "("
                + address.getHostAddress()
                + ") ("
                + transport
                + ")";
        return print(response, (System.nanoTime() - start) / 1_000_000, where);
      }
      String why =
          switch (exchange) {
            case Exchange.Failed(String reason) -> reason;
            case Exchange.Garbled(String reason) -> "broken answer: " + reason;
            default -> "no answer";
          };
      throw failure(server.toString(), why);
    }
  }

  private static Exchange exchange(
      NetworkUpstream upstream, InetAddress address, Transport transport, Message query) {
    Exchange exchange = new Exchange.TimedOut();
    for (int i = 0; i < TRIES && exchange instanceof Exchange.TimedOut; i++) {
      exchange = upstream.exchange(address, transport, query, TIMEOUT);
    }
    return exchange;
  }

  private int print(Message message, long millis, String server) {
    int size = MessageWriter.write(message).length;
    if (json()) {
      out().println(DigPrinter.json(message));
    } else {
      var named = new ArrayList<>(words);
      out().println("; <<>> l7 dns query <<>> " + String.join(" ", named));
      new DigPrinter(out()).print(message);
      out().println(";; Query time: " + millis + " msec");
      out().println(";; SERVER: " + server);
      out().println(";; WHEN: " + WHEN.format(LocalDateTime.now(ZoneId.systemDefault())));
      out().println(";; MSG SIZE  rcvd: " + size);
    }
    return message.rcode().equals(Rcode.NOERROR) ? 0 : 1;
  }
}
