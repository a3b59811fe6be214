package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.disk.TextFile;
import io.l7.common.net.Endpoint;
import io.l7.common.units.AddressText;
import io.l7.common.units.Units;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.ResolverBuilder;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Explanation;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.transport.UpstreamMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns query}: questions to one server, in dig's layout. */
@Command(
    name = "query",
    description = "Ask a name server; prints in dig's layout and knows dig's habits.")
final class QueryCommand extends L7Command {
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int EDNS_OCTETS = 1232;
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MOST_TIMEOUT = Duration.ofDays(1);
  private static final int CLIENT_COOKIE_OCTETS = 8;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.ROOT);

  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      description =
          "NAME [TYPE]... [@HOST[:PORT]] in any order, ixfr=SERIAL, and +short, +[no]tcp, +dnssec,"
              + " +trace, +cd, +[no]recurse, +[no]ad, +[no]edns, +[no]cookie, +ignore, +bufsize=N,"
              + " +time=N, +tries=N.")
  private List<String> words = List.of();

  @Option(names = "-x", paramLabel = "ADDRESS", description = "Ask for the name of an address.")
  private @Nullable String reverse;

  @Option(names = "-p", paramLabel = "PORT", description = "The server's port.")
  private int port = UpstreamMap.DNS_PORT;

  @Option(
      names = "--iterate",
      description =
          "Walk down from the root here instead of asking a resolver; @HOST is asked where the root"
              + " is.")
  private boolean iterate;

  @Option(names = "--trace", description = "Walk down from the root and print every step.")
  private boolean trace;

  @Option(names = "--short", description = "Print the data of the answer alone.")
  private boolean brief;

  @Option(names = "--dnssec", description = "Set DO: ask for signatures.")
  private boolean dnssec;

  @Option(names = "--cd", description = "Set CD: no validation at the resolver.")
  private boolean checkingDisabled;

  @Option(names = "--norecurse", description = "Clear RD.")
  private boolean noRecursion;

  @Option(names = "--tcp", description = "Ask over TCP.")
  private boolean tcp;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for an answer (default 5s).")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(names = "--tries", paramLabel = "N", description = "How often to ask (default 3).")
  private int tries = 3;

  private boolean authenticated = true;
  private boolean edns = true;
  private boolean cookie = true;
  private boolean ignoreTruncation;
  private int octets = EDNS_OCTETS;
  private boolean headed;

  @Mixin private ResolverOptions resolution = new ResolverOptions();

  @Override
  protected int run() throws Exception {
    Subject subject = typed(this::subject);
    boolean walk = iterate || trace || (subject.server().isEmpty() && resolution.given());
    int status = 0;
    for (Question question : subject.questions()) {
      int one = walk ? iterate(question, subject.server()) : ask(question, subject);
      status = Math.max(status, one);
    }
    return status;
  }

  private Subject subject() {
    var subject = Subject.parse(words, Optional.ofNullable(reverse), port);
    subject.habits().forEach(this::habit);
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("-p: a port from 1 to 65535");
    }
    if (tries < 1) {
      throw new IllegalArgumentException("--tries: at least 1");
    }
    if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("--timeout: from 1ms to 1d");
    }
    resolution.check(subject.server());
    return subject;
  }

  private void habit(String habit) {
    String word = habit.toLowerCase(Locale.ROOT);
    boolean on = !word.startsWith("no");
    String plain = on ? word : word.substring(2);
    int equals = plain.indexOf('=');
    String value = equals < 0 ? "" : plain.substring(equals + 1);
    switch (equals < 0 ? plain : plain.substring(0, equals)) {
      case "short" -> brief = on;
      case "tcp", "vc" -> tcp = on;
      case "dnssec", "do" -> dnssec = on;
      case "trace" -> trace = on;
      case "cd", "cdflag" -> checkingDisabled = on;
      case "recurse", "rec", "rd", "rdflag" -> noRecursion = !on;
      case "ad", "adflag" -> authenticated = on;
      case "edns" -> edns = on;
      case "cookie" -> cookie = on;
      case "ignore" -> ignoreTruncation = on;
      case "bufsize" -> octets = number(habit, value, 0xffff);
      case "time", "timeout" -> timeout = Units.parseDuration(value + "s");
      case "tries" -> tries = Math.max(1, number(habit, value, 100)); // as dig
      default -> throw new IllegalArgumentException("'+" + habit + "' is not known here");
    }
  }

  private static int number(String habit, String value, int most) {
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > most) {
      throw new IllegalArgumentException("'+" + habit + "': a number from 0 to " + most);
    }
    return Integer.parseInt(value);
  }

  private static Endpoint system(int port) throws IOException {
    if (Files.isReadable(RESOLV_CONF)) {
      for (String line : TextFile.lines(RESOLV_CONF)) {
        String[] parts = line.trim().split("\\s+", 3);
        if (parts.length > 1 && parts[0].equals("nameserver")) {
          return new Endpoint(parts[1], port);
        }
      }
    }
    return new Endpoint("127.0.0.1", port);
  }

  private int iterate(Question question, Optional<Endpoint> first) throws Exception {
    ResolverBuilder builder = typed(resolution::builder);
    if (first.isPresent()) { // as dig +trace does: that server is asked where the root is
      builder.rootHints(RootServers.knownTo(new StubClient(first.get(), timeout, tries)));
    }
    try (Resolver resolver = builder.build()) {
      Explanation explanation = resolver.explanation(question);
      long start = System.nanoTime();
      Answer answer = resolver.lookup(question, trace ? explanation : Trace.NONE);
      long millis = (System.nanoTime() - start) / 1_000_000;
      if (trace && !json()) {
        explanation.toText().lines().forEach(line -> out().println("; " + line));
        out().println();
      }
      Message message = message(answer);
      return print(
          message,
          MessageWriter.write(message).length,
          millis,
          "this program, from the root (" + resolver.packetsSent() + " packets)",
          new byte[0]);
    }
  }

  private Message message(Answer answer) {
    Edns own = Edns.ofSize(EDNS_OCTETS);
    for (ExtendedError error : answer.errors()) {
      own = own.withError(error);
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
    List<ResourceRecord> authority =
        answer.records().isEmpty()
            ? answer.authority().stream().filter(record -> dnssec || !isProof(record)).toList()
            : List.of();
    return message.withSections(answer.records(), authority, List.of()).withEdns(own);
  }

  /** Proofs of a denial are for those who ask for DNSSEC (RFC 4035 §3.2.1). */
  private static boolean isProof(ResourceRecord record) {
    return record.type().equals(RRType.NSEC) || record.type().equals(RRType.NSEC3);
  }

  private int ask(Question question, Subject subject) throws IOException {
    Endpoint server = subject.server().isPresent() ? subject.server().get() : system(port);
    var random = new SecureRandom();
    var client = new byte[edns && cookie ? CLIENT_COOKIE_OCTETS : 0];
    random.nextBytes(client);
    Message query = query(question, random.nextInt(0x10000), client);
    var stub = new StubClient(server, timeout, tries);
    long start = System.nanoTime();
    if (question.type().equals(RRType.AXFR)) {
      return transfer(query.withoutEdns(), stub, server);
    }
    Optional<Long> had = Optional.ofNullable(subject.serials().get(question));
    if (had.isPresent()) {
      var version = new Soa(Name.ROOT, Name.ROOT, had.get(), 0, 0, 0, 0); // RFC 1995 §3
      var soa = ResourceRecord.of(question.name(), RRType.SOA, 0, version.toRdata());
      Message changes = query.withoutEdns().withSections(List.of(), List.of(soa), List.of());
      return transfer(changes, stub, server);
    }
    StubClient.Reply reply = tcp ? stub.tcp(query) : stub.udp(query);
    if (reply.message().has(Flag.TC) && !tcp && !ignoreTruncation) {
      if (!brief && !json()) {
        out().println(";; Truncated, retrying in TCP mode.");
      }
      reply = stub.tcp(query);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    String where = where(stub, server, reply.transport());
    return print(reply.message(), reply.octets(), millis, where, client);
  }

  private static String where(StubClient stub, Endpoint server, String transport) {
    return AddressText.of(stub.target().getAddress())
        + "#"
        + server.port()
        + "("
        + server.host()
        + ") ("
        + transport
        + ")";
  }

  /** A whole zone or what changed in it, over TCP whatever else was said, as dig prints one. */
  private int transfer(Message query, StubClient stub, Endpoint server) throws IOException {
    var printer = new DigPrinter(out(), new byte[0]);
    long start = System.nanoTime();
    var messages = new AtomicLong();
    var records = new AtomicLong();
    var worst = new AtomicReference<>(Rcode.NOERROR);
    if (!json() && !brief) {
      head();
    }
    long octets =
        stub.transfer(
            query,
            message -> {
              messages.incrementAndGet();
              records.addAndGet(message.answer().size());
              if (!message.rcode().equals(Rcode.NOERROR) || message.answer().isEmpty()) {
                worst.set(message.rcode());
              }
              if (json()) {
                out().println(DigPrinter.json(message));
              } else if (brief) {
                printer.printShort(message);
              } else {
                printer.printRecords(message);
              }
            });
    boolean failed = !worst.get().equals(Rcode.NOERROR) || records.get() == 0;
    if (failed && !json()) {
      out().println("; Transfer failed.");
    } else if (!json() && !brief) {
      out().println(";; Query time: " + (System.nanoTime() - start) / 1_000_000 + " msec");
      out().println(";; SERVER: " + where(stub, server, "TCP"));
      out().println(";; WHEN: " + WHEN.format(ZonedDateTime.now(ZoneId.systemDefault())));
      out()
          .println(
              ";; XFR size: "
                  + records
                  + " records (messages "
                  + messages
                  + ", bytes "
                  + octets
                  + ")");
      out().println();
    }
    return failed ? 1 : 0;
  }

  private Message query(Question question, int id, byte[] client) {
    Message query = Message.query(id, question);
    query = noRecursion ? query : query.with(Flag.RD);
    query = checkingDisabled ? query.with(Flag.CD) : query;
    query = authenticated ? query.with(Flag.AD) : query;
    if (!edns && !dnssec) {
      return query;
    }
    Edns own = Edns.ofSize(octets);
    if (client.length > 0) {
      own = own.withOption(new EdnsOption(EdnsOption.COOKIE, client));
    }
    return query.withEdns(dnssec ? own.withDnssecOk() : own);
  }

  /** What dig prints once, before the first answer. */
  private void head() {
    if (headed) {
      return;
    }
    headed = true;
    var typed = new ArrayList<>(words);
    if (reverse != null) {
      typed.addFirst(reverse);
      typed.addFirst("-x");
    }
    out().println();
    out().println("; <<>> l7 dns query <<>> " + String.join(" ", typed));
    if (words.stream().anyMatch(word -> word.startsWith("@"))) {
      out().println("; (1 server found)");
    }
    out().println(";; global options: +cmd");
  }

  private int print(Message message, int size, long millis, String server, byte[] client) {
    var printer = new DigPrinter(out(), client);
    if (json()) {
      out().println(DigPrinter.json(message));
    } else if (brief) {
      printer.printShort(message);
    } else {
      head();
      printer.print(message);
      out().println(";; Query time: " + millis + " msec");
      out().println(";; SERVER: " + server);
      out().println(";; WHEN: " + WHEN.format(ZonedDateTime.now(ZoneId.systemDefault())));
      out().println(";; MSG SIZE  rcvd: " + size);
      out().println();
    }
    return message.rcode().equals(Rcode.NOERROR) ? 0 : 1;
  }
}
