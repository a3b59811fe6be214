package io.l7.dns.simulation;

import io.l7.dns.cache.Response;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * An Internet of a root, 1,400 top-level domains and many names, 20 to 200 ms and some loss away,
 * asked by a resolver that knows nothing yet. Half of the domains are served by servers of their
 * own, half by one of 300 hosts of domains, whose addresses must be looked up; one name in eight is
 * an alias into another domain, one in ten does not exist.
 */
public final class ColdInternet {
  private static final int TLDS = 1_400;
  private static final int HOSTS = 300;
  private static final int ROOTS = 13;

  /**
   * What came of it.
   *
   * @param lost questions without an answer, or with a wrong one
   * @param packets questions sent upstream
   */
  public record Outcome(int questions, int lost, int packets, Duration median, Duration p99) {
    public double packetsPerAnswer() {
      return (double) packets / (questions - lost);
    }

    @Override
    public String toString() {
      return "%,d questions, %d lost, %.2f packets an answer, median %d ms, 99th percentile %d ms"
          .formatted(questions, lost, packetsPerAnswer(), median.toMillis(), p99.toMillis());
    }
  }

  private record Asked(Question question, Rcode rcode, String address) {}

  private final RandomGenerator random;
  private final SimulatedResolver resolver;
  private final int names;
  private final List<Asked> questions = new ArrayList<>();
  private int addresses = 0x0b000000;

  public ColdInternet(long seed, int names, double loss) {
    var split = new SplittableRandom(seed);
    this.random = split;
    this.names = names;
    this.resolver = new SimulatedResolver(random, loss);
    build();
  }

  private String address() {
    addresses++;
    return (addresses >>> 24)
        + "."
        + (addresses >>> 16 & 255)
        + "."
        + (addresses >>> 8 & 255)
        + "."
        + (addresses & 255);
  }

  private int delay() {
    return 20 + random.nextInt(181);
  }

  private static void add(ZoneBuilder zone, String text) {
    zone.add(RecordText.parseRecord(text, Name.ROOT, 3600));
  }

  private static ZoneBuilder zone(String origin, String... servers) {
    var zone = new ZoneBuilder(Name.parse(origin));
    add(zone, origin + " 86400 SOA ns.invalid. admin.invalid. 1 7200 900 604800 900");
    for (String server : servers) {
      add(zone, origin + " 86400 NS " + server);
    }
    return zone;
  }

  /** Zones are built by name, in the order in which their records come. */
  private static final class Draft {
    final Map<String, List<String>> lines = new HashMap<>();

    void add(String zone, String line) {
      lines.computeIfAbsent(zone, key -> new ArrayList<>()).add(line);
    }
  }

  private void build() {
    var tlds = new Draft();
    var roots = new ArrayList<String>();
    var servers = new HashMap<String, SimulatedServer>();
    String[] tld = new String[TLDS];
    for (int i = 0; i < TLDS; i++) {
      tld[i] = "tld" + i + ".";
      for (int n = 0; n < 4; n++) {
        String server = (char) ('a' + n) + ".nic." + tld[i];
        String at = address();
        roots.add(tld[i] + " 172800 NS " + server);
        roots.add(server + " 172800 A " + at);
        tlds.add(tld[i], tld[i] + " 86400 NS " + server);
        tlds.add(tld[i], server + " 86400 A " + at);
        servers.put(server, put(at));
      }
    }
    String[] host = new String[HOSTS];
    for (int h = 0; h < HOSTS; h++) {
      String home = tld[random.nextInt(TLDS)];
      host[h] = "host" + h + "." + home;
      var lines = new ArrayList<String>();
      for (int n = 1; n <= 2; n++) {
        String server = "ns" + n + "." + host[h];
        String at = address();
        tlds.add(home, host[h] + " 172800 NS " + server);
        tlds.add(home, server + " 172800 A " + at);
        lines.add(server + " 86400 A " + at);
        servers.put(server, put(at));
      }
      serve(servers, host[h], new String[] {"ns1." + host[h], "ns2." + host[h]}, lines);
    }
    String last = "www." + host[0];
    for (int i = 0; i < names; i++) {
      String home = tld[skewed()];
      String domain = "domain" + i + "." + home;
      boolean hosted = random.nextBoolean();
      String by = hosted ? host[random.nextInt(HOSTS)] : domain;
      var lines = new ArrayList<String>();
      for (int n = 1; n <= 2; n++) {
        String server = "ns" + n + "." + by;
        tlds.add(home, domain + " 172800 NS " + server);
        if (!hosted) {
          String at = address();
          tlds.add(home, server + " 172800 A " + at);
          lines.add(server + " 3600 A " + at);
          servers.put(server, put(at));
        }
      }
      lines.addAll(name(domain, last));
      serve(servers, domain, new String[] {"ns1." + by, "ns2." + by}, lines);
      last = "www." + domain;
    }
    for (int i = 0; i < TLDS; i++) {
      Zone zone = built(zone(tld[i]), tlds.lines.getOrDefault(tld[i], List.of()));
      for (int n = 0; n < 4; n++) {
        known(servers, (char) ('a' + n) + ".nic." + tld[i]).serve(zone);
      }
    }
    Zone root = built(zone(".", "a.root-servers.net."), roots);
    for (int n = 0; n < ROOTS; n++) {
      resolver.root(address(), delay(), new SimulatedServer(resolver.tasks()).serve(root));
    }
  }

  /** Few domains have many of the names, as it is. */
  private int skewed() {
    return (int) (TLDS * Math.pow(random.nextDouble(), 3));
  }

  private List<String> name(String domain, String other) {
    String www = "www." + domain;
    int kind = random.nextInt(40);
    if (kind < 4) {
      questions.add(
          new Asked(Question.of(Name.parse("missing." + domain), RRType.A), Rcode.NXDOMAIN, ""));
      return List.of(www + " 300 A 192.0.2.1");
    }
    if (kind < 9 && !questions.isEmpty()) {
      questions.add(new Asked(Question.of(Name.parse(www), RRType.A), Rcode.NOERROR, "192.0.2."));
      return List.of("web." + domain + " 300 A 192.0.2.2", www + " 300 CNAME " + other);
    }
    String at = "192.0.2." + (1 + random.nextInt(250));
    questions.add(new Asked(Question.of(Name.parse(www), RRType.A), Rcode.NOERROR, at));
    return List.of(www + " 300 A " + at);
  }

  private SimulatedServer put(String address) {
    var server = new SimulatedServer(resolver.tasks());
    resolver.server(address, delay(), server);
    return server;
  }

  private static SimulatedServer known(Map<String, SimulatedServer> servers, String name) {
    return Objects.requireNonNull(servers.get(name), name);
  }

  private static Zone built(ZoneBuilder zone, List<String> lines) {
    lines.forEach(line -> add(zone, line));
    return zone.build();
  }

  private static void serve(
      Map<String, SimulatedServer> servers, String domain, String[] by, List<String> lines) {
    Zone zone = built(zone(domain, by), lines);
    for (String server : by) {
      known(servers, server).serve(zone);
    }
  }

  /** Asks for every name once, so many a second. */
  public Outcome run(int perSecond) {
    var took = new ArrayList<Duration>();
    int[] lost = {0};
    for (int i = 0; i < questions.size(); i++) {
      Asked asked = questions.get(i);
      resolver.ask(
          asked.question,
          served -> {
            took.add(served.took());
            if (!isRight(asked, served.response())) {
              lost[0]++;
            }
          });
      resolver.tasks().runUntilIdle();
      if (i % perSecond % Math.max(1, perSecond / 100) == 0) {
        resolver.pass(Duration.ofMillis(10));
      }
    }
    resolver.pass(Duration.ofSeconds(30));
    long[] millis = took.stream().mapToLong(Duration::toMillis).sorted().toArray();
    int unanswered = questions.size() - took.size();
    return new Outcome(
        questions.size(),
        lost[0] + unanswered,
        resolver.net().sent(),
        Duration.ofMillis(millis[millis.length / 2]),
        Duration.ofMillis(millis[(int) (millis.length * 0.99)]));
  }

  private static boolean isRight(Asked asked, Optional<Response> response) {
    if (response.isEmpty() || !response.get().rcode().equals(asked.rcode)) {
      return false;
    }
    return asked.address.isEmpty()
        || response.get().answer().stream()
            .filter(set -> set.type().equals(RRType.A))
            .flatMap(set -> set.rdata().stream())
            .map(data -> data.asAddress())
            .map(InetAddress::getHostAddress)
            .anyMatch(address -> address.startsWith(asked.address));
  }

  /** Runs it in full size: {@code [SEED] [NAMES] [LOSS] [QUESTIONS A SECOND]}. */
  public static void main(String[] arguments) {
    double[] given = Arrays.stream(arguments).mapToDouble(Double::parseDouble).toArray();
    long seed = given.length > 0 ? (long) given[0] : 1;
    int names = given.length > 1 ? (int) given[1] : 40_000;
    double loss = given.length > 2 ? given[2] : 0.05;
    int perSecond = given.length > 3 ? (int) given[3] : 1_000;
    System.out.println(new ColdInternet(seed, names, loss).run(perSecond));
  }
}
