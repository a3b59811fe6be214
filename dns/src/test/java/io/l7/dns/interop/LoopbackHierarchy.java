package io.l7.dns.interop;

import io.l7.common.net.Endpoint;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.Authority;
import io.l7.dns.authority.AuthorityLimits;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.authority.Services;
import io.l7.dns.authority.ZoneAuthority;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneBuilder;
import io.l7.dns.zone.ZoneSigner;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * A little Internet on 127.77.0.0/16, port 53, served by this project's authority: a root, ten
 * top-level domains of which every other is signed, and thirty domains below each, signed, unsigned
 * and broken. Needs the right to open port 53.
 */
final class LoopbackHierarchy implements AutoCloseable {
  static final int TLDS = 10;
  static final int DOMAINS = 30;
  private static final int HOSTERS = 20;

  /** What is peculiar about a domain, by its number. */
  enum Kind {
    PLAIN,
    /** Signed wherever its parent is. */
    SIGNED,
    /** The parent's DS names another key. */
    BOGUS,
    /** Its servers' names lie in another domain, so that there is no glue. */
    HOSTED,
    /** One of its two servers does not know it. */
    LAME;

    static Kind of(int domain) {
      return values()[domain % values().length];
    }
  }

  private final InstantSource clock = InstantSource.system();
  private final LongAdder asked = new LongAdder();
  private final Map<String, ZoneStore> stores = new HashMap<>();
  private final Map<String, ZoneBuilder> zones = new HashMap<>();
  private final Map<String, SigningKey> keys = new HashMap<>();
  private final List<DnsServer> servers = new ArrayList<>();
  private final List<String> domains = new ArrayList<>();

  static LoopbackHierarchy start() throws IOException {
    var hierarchy = new LoopbackHierarchy();
    hierarchy.build();
    for (var entry : hierarchy.stores.entrySet()) {
      hierarchy.servers.add(hierarchy.serve(entry.getKey(), entry.getValue()));
    }
    return hierarchy;
  }

  /** Questions that reached any server. */
  long asked() {
    return asked.sum();
  }

  List<String> domains() {
    return domains;
  }

  String rootHints() {
    return ". 3600000 NS a.root-servers.net.\na.root-servers.net. 3600000 A 127.77.0.1\n";
  }

  ResourceRecord anchor() {
    return ds(".", keyOf("."));
  }

  private static String tld(int number) {
    return "t" + number + ".";
  }

  private static String hoster(int number) {
    return "127.77.2." + (1 + number % HOSTERS);
  }

  private void build() {
    zone(".", List.of("a.root-servers.net."));
    add(".", "a.root-servers.net. 86400 A 127.77.0.1");
    sign(".");
    for (int t = 0; t < TLDS; t++) {
      String tld = tld(t);
      zone(tld, List.of("ns1.nic." + tld, "ns2.nic." + tld));
      for (int n = 1; n <= 2; n++) {
        add(".", tld + " 86400 NS ns" + n + ".nic." + tld);
        for (String zone : List.of(".", tld)) {
          add(zone, "ns" + n + ".nic." + tld + " 86400 A 127.77.1." + (2 * t + n));
        }
      }
      if (t % 2 == 0) {
        sign(tld);
        builder(".").add(ds(tld, keyOf(tld)));
      }
    }
    for (int d = 0; d < TLDS * DOMAINS; d++) {
      domain(d);
    }
    publish();
  }

  private void domain(int number) {
    String tld = tld(number % TLDS);
    int index = number / TLDS;
    String domain = "d" + index + "." + tld;
    Kind kind = Kind.of(index);
    // The hosts of domains are plain domains of their own, below another top-level domain.
    String by = kind == Kind.HOSTED ? "d0." + tld((number + 1) % TLDS) : domain;
    domains.add(domain);
    zone(domain, List.of("ns1." + by, "ns2." + by));
    for (int n = 1; n <= 2; n++) {
      add(tld, domain + " 86400 NS ns" + n + "." + by);
      if (kind != Kind.HOSTED) {
        String address = hoster(number + (n - 1) * 7);
        add(tld, "ns" + n + "." + domain + " 86400 A " + address);
        add(domain, "ns" + n + "." + domain + " 3600 A " + address);
      }
    }
    String next = "d" + (index + 1) % DOMAINS + "." + tld((number + 3) % TLDS);
    for (String line :
        List.of(
            domain + " 300 A 192.0.2.1",
            domain + " 300 MX 10 mail." + domain,
            "mail." + domain + " 300 A 192.0.2.25",
            "www." + domain + " 300 A 192.0.2.80",
            "www." + domain + " 300 AAAA 2001:db8::80",
            "alias." + domain + " 300 CNAME www." + domain,
            "cross." + domain + " 300 CNAME www." + next,
            "dangling." + domain + " 300 CNAME nowhere." + next,
            "moved." + domain + " 300 DNAME " + next,
            "*.wild." + domain + " 300 TXT \"any\"",
            "*.wildalias." + domain + " 300 CNAME www." + domain,
            "a.b.c." + domain + " 300 TXT \"deep\"")) {
      add(domain, line);
    }
    boolean signs = kind == Kind.SIGNED || kind == Kind.BOGUS || kind == Kind.HOSTED;
    if (signs) {
      sign(domain);
      boolean parentSigns = keys.containsKey(tld);
      if (parentSigns) {
        SigningKey named = kind == Kind.BOGUS ? key() : keyOf(domain);
        builder(tld).add(ds(domain, named));
      }
    }
  }

  private static SigningKey key() {
    return SigningKey.generate(
        DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
  }

  private SigningKey keyOf(String zone) {
    return Objects.requireNonNull(keys.get(zone), zone);
  }

  private ZoneBuilder builder(String zone) {
    return Objects.requireNonNull(zones.get(zone), zone);
  }

  private void sign(String zone) {
    keys.put(zone, key());
  }

  private static ResourceRecord ds(String zone, SigningKey key) {
    Name owner = Name.parse(zone);
    return ResourceRecord.of(
        owner, RRType.DS, 3600, DsDigest.of(owner, key.dnskey(), DigestType.SHA256).rdata());
  }

  private void zone(String origin, List<String> nameServers) {
    zones.put(origin, new ZoneBuilder(Name.parse(origin)));
    add(origin, origin + " 3600 SOA ns.example. admin.example. 1 7200 900 604800 300");
    nameServers.forEach(server -> add(origin, origin + " 86400 NS " + server));
  }

  private void add(String zone, String line) {
    builder(zone).add(RecordText.parseRecord(line, Name.ROOT, 3600));
  }

  private void publish() {
    for (var entry : zones.entrySet()) {
      String origin = entry.getKey();
      Zone zone = entry.getValue().build();
      SigningKey key = keys.get(origin);
      if (key != null) {
        SigningKey zoneKey =
            SigningKey.generate(
                DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.ZSK, new SecureRandom());
        zone = new ZoneSigner(List.of(key, zoneKey), clock, Duration.ofDays(14)).signWhole(zone);
      }
      for (String address : addresses(origin)) {
        stores.computeIfAbsent(address, at -> new ZoneStore()).add(new LiveZone(zone));
      }
    }
  }

  private List<String> addresses(String origin) {
    if (origin.equals(".")) {
      return List.of("127.77.0.1");
    }
    if (!origin.startsWith("d")) {
      int t = Integer.parseInt(origin.substring(1, origin.length() - 1));
      return List.of("127.77.1." + (2 * t + 1), "127.77.1." + (2 * t + 2));
    }
    int dot = origin.indexOf('.');
    int index = Integer.parseInt(origin.substring(1, dot));
    int t = Integer.parseInt(origin.substring(dot + 2, origin.length() - 1));
    Kind kind = Kind.of(index);
    int number = kind == Kind.HOSTED ? (t + 1) % TLDS : index * TLDS + t;
    return kind == Kind.LAME
        ? List.of(hoster(number))
        : List.of(hoster(number), hoster(number + 7));
  }

  private DnsServer serve(String address, ZoneStore store) throws IOException {
    var limits = new AuthorityLimits(1232, 16, 256, 1232);
    var authority =
        new ZoneAuthority(store, Services.none(clock), Keyring.of(List.of()), limits, clock);
    Authority counting =
        new Authority() {
          @Override
          public Outcome answer(Request request) {
            asked.increment();
            return authority.answer(request);
          }

          @Override
          public boolean serves(Name name) {
            return authority.serves(name);
          }
        };
    return DnsServer.builder().listen(new Endpoint(address, 53)).authority(counting).start();
  }

  @Override
  public void close() {
    servers.forEach(DnsServer::close);
  }
}
