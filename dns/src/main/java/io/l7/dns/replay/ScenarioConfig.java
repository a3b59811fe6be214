package io.l7.dns.replay;

import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.message.Name;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.ConfiguredZone;
import io.l7.dns.resolver.DelegationPoint;
import io.l7.dns.resolver.Feature;
import io.l7.dns.resolver.RecordFile;
import io.l7.dns.resolver.ResolverConfig;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.validator.Arithmetic;
import io.l7.dns.validator.Validation;
import io.l7.dns.validator.Validator;
import io.l7.dns.validator.ValidatorConfig;
import java.net.InetAddress;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of a scenario, in the terms of the engine. */
final class ScenarioConfig {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
  private static final long EPOCH_OF_UNBOUND = 0;
  private static final Pattern CONFIG_WORD = Pattern.compile("\"([^\"]*)\"|\\S+");

  private static final Set<String> BLOCKS = Set.of("server", "stub-zone", "forward-zone", "rpz");

  /** Unbound's default of outbound-msg-retry. */
  private static final int UNBOUND_RETRIES = 5;

  final EnumSet<Feature> features = EnumSet.of(Feature.IPV4, Feature.IPV6, Feature.NXDOMAIN_CUT);
  final List<ResourceRecord> anchors = new ArrayList<>();
  final Set<Name> negativeAnchors = new HashSet<>();
  final List<ConfiguredZone> zones = new ArrayList<>();
  final List<InetAddress> rootAddresses = new ArrayList<>();
  private final List<Name> rootNames = new ArrayList<>();
  private final Scenario.Dialect dialect;
  private final PolicyBlocks policies;
  private CacheLimits cache = CacheLimits.defaults().withStale(0);
  private ResolverLimits limits = ResolverLimits.defaults();
  private AccessList access = AccessList.loopback();
  private ServiceConfig.Beside beside = ServiceConfig.Beside.LEFT_OUT;
  private Zone open = new Zone(ConfiguredZone.Kind.STUB);
  private String block = "server";
  OptionalLong time = OptionalLong.empty();
  boolean ignoreSignatureTimes;
  boolean legacySignaturesValid;
  boolean minimisationStated;
  boolean validates = true;
  boolean extendedErrors = true;
  Optional<String> unsupported = Optional.empty();

  private static final class Zone {
    final ConfiguredZone.Kind kind;
    Name name = Name.ROOT;
    final List<InetAddress> addresses = new ArrayList<>();
    final List<Name> names = new ArrayList<>();
    ConfiguredZone.Fallback fallback = ConfiguredZone.Fallback.NONE;
    ConfiguredZone.Caching caching = ConfiguredZone.Caching.KEPT;
    boolean prime;

    Zone(ConfiguredZone.Kind kind) {
      this.kind = kind;
    }
  }

  ScenarioConfig(Scenario scenario) {
    this.dialect = scenario.dialect();
    this.policies = new PolicyBlocks(scenario.files());
    if (dialect == Scenario.Dialect.DECKARD) {
      features.addAll(
          EnumSet.of(
              Feature.PRIMING,
              Feature.DNSSEC,
              Feature.QUERY_MINIMISATION,
              Feature.LOOPBACK_SERVERS,
              Feature.AGGRESSIVE_NSEC));
      beside = ServiceConfig.Beside.SENT;
    } else {
      features.addAll(
          EnumSet.of(
              Feature.DNSSEC,
              Feature.QUERY_MINIMISATION,
              Feature.HIDDEN_TYPE,
              Feature.AGGRESSIVE_NSEC,
              Feature.SCRUB_PROMISCUOUS,
              Feature.PRIMING));
      access = access.with(Prefix.parse("127.0.0.0/8"), AccessList.Access.ALLOWED);
    }
    if (dialect == Scenario.Dialect.UNBOUND) {
      limits = limits.change().attemptsPerServer(UNBOUND_RETRIES).build();
      unbound(String.join("\n", scenario.config()));
    } else {
      scenario.config().forEach(this::deckard);
    }
    closeZone();
    if (!validates || anchors.isEmpty()) {
      anchors.clear();
    }
  }

  private void deckard(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      unsupported = Optional.of("line " + line);
      return;
    }
    deckard(
        line.substring(0, colon).trim(),
        line.substring(colon + 1).replaceAll("#.*$", "").replace("\"", "").trim());
  }

  /**
   * The syntax of unbound.conf: keys end with a colon, several may share a line, values may be
   * quoted.
   */
  private void unbound(String text) {
    Matcher words = CONFIG_WORD.matcher(text);
    String key = "";
    var value = new StringJoiner(" ");
    while (words.find()) {
      boolean quoted = words.group(1) != null;
      String word = quoted ? words.group(1) : words.group();
      if (!quoted && word.endsWith(":") && !word.startsWith(":")) {
        if (!key.isEmpty()) {
          unbound(key, value.toString());
        }
        key = word.substring(0, word.length() - 1);
        value = new StringJoiner(" ");
      } else {
        value.add(word);
      }
    }
    if (!key.isEmpty()) {
      unbound(key, value.toString());
    }
  }

  private void deckard(String key, String value) {
    switch (key) {
      case "stub-addr" -> rootAddresses.add(InetAddress.ofLiteral(value));
      case "stub-name" -> rootNames.add(Name.parse(value));
      case "do-ip6" -> set(Feature.IPV6, value);
      case "do-ip4" -> set(Feature.IPV4, value);
      case "trust-anchor" -> anchors.add(RecordText.parseRecord(value, Name.ROOT, 0));
      case "val-override-date" -> time = OptionalLong.of(date(value));
      case "val-override-timestamp" -> time = OptionalLong.of(Long.parseLong(value));
      case "query-minimization" -> {
        minimisationStated = true;
        set(Feature.QUERY_MINIMISATION, value);
      }
      case "do-not-query-localhost" -> set(Feature.LOOPBACK_SERVERS, isOn(value) ? "no" : "yes");
      case "domain-insecure" -> negativeAnchors.add(Name.parse(value));
      case "forward-addr" ->
          zones.add(ConfiguredZone.forward(Name.ROOT, List.of(InetAddress.ofLiteral(value))));
      case "harden-glue" -> set(Feature.OUT_OF_ZONE_GLUE, isOn(value) ? "no" : "yes");
      default -> unsupported = Optional.of("key " + key);
    }
  }

  private void unbound(String key, String value) {
    if (block.equals("rpz") && !BLOCKS.contains(key)) {
      policies.take(key, value).ifPresent(what -> unsupported = Optional.of(what));
      return;
    }
    switch (key) {
      case "server", "stub-zone", "forward-zone", "rpz" -> {
        closeZone();
        block = key;
        open =
            new Zone(
                key.equals("forward-zone")
                    ? ConfiguredZone.Kind.FORWARD
                    : ConfiguredZone.Kind.STUB);
        if (key.equals("rpz")) {
          policies.open();
        }
      }
      case "name" -> open.name = Name.parse(value);
      case "stub-addr", "forward-addr" ->
          open.addresses.add(InetAddress.ofLiteral(value.replaceAll("@.*$", "").trim()));
      case "stub-host", "forward-host" -> open.names.add(Name.parse(value));
      case "stub-first", "forward-first" ->
          open.fallback =
              isOn(value) ? ConfiguredZone.Fallback.ITERATION : ConfiguredZone.Fallback.NONE;
      case "stub-prime" -> open.prime = isOn(value);
      case "forward-no-cache", "stub-no-cache" ->
          open.caching =
              isOn(value) ? ConfiguredZone.Caching.NOT_KEPT : ConfiguredZone.Caching.KEPT;
      case "trust-anchor" -> anchors.add(RecordText.parseRecord(value, Name.ROOT, 0));
      case "val-override-date" -> {
        if (value.equals("-1")) {
          ignoreSignatureTimes = true;
        } else if (value.length() == 14) {
          time = OptionalLong.of(date(value));
        } else {
          time = OptionalLong.of(Long.parseLong(value));
        }
      }
      case "fake-sha1" -> legacySignaturesValid = isOn(value);
      case "qname-minimisation" -> {
        minimisationStated = true;
        set(Feature.QUERY_MINIMISATION, value);
      }
      case "do-ip6" -> set(Feature.IPV6, value);
      case "do-ip4" -> set(Feature.IPV4, value);
      case "domain-insecure" -> negativeAnchors.add(Name.parse(value));
      case "module-config" -> validates = value.contains("validator");
      case "iter-scrub-promiscuous" -> set(Feature.SCRUB_PROMISCUOUS, value);
      case "minimal-responses" ->
          beside = isOn(value) ? ServiceConfig.Beside.LEFT_OUT : ServiceConfig.Beside.SENT;
      case "access-control" -> accessControl(value);
      case "ede" -> extendedErrors = isOn(value);
      case "harden-algo-downgrade" -> set(Feature.ALGORITHM_DOWNGRADE_PROTECTION, value);
      case "harden-below-nxdomain" -> set(Feature.NXDOMAIN_CUT, value);
      case "aggressive-nsec" -> set(Feature.AGGRESSIVE_NSEC, value);
      case "harden-glue" -> set(Feature.OUT_OF_ZONE_GLUE, isOn(value) ? "no" : "yes");
      case "harden-unverified-glue" -> set(Feature.VERIFIED_GLUE, value);
      case "prefetch" -> set(Feature.PREFETCH, value);
      case "prefetch-key" -> set(Feature.PREFETCH_KEYS, value);
      case "do-not-query-localhost" -> set(Feature.LOOPBACK_SERVERS, isOn(value) ? "no" : "yes");
      case "cache-min-ttl" -> cache = cache.withTtl(Long.parseLong(value), cache.maxTtl());
      case "cache-max-ttl" -> cache = cache.withTtl(cache.minTtl(), Long.parseLong(value));
      case "max-global-quota" -> limits = limits.change().packets(Integer.parseInt(value)).build();
      case "outbound-msg-retry" ->
          limits = limits.change().attemptsPerServer(Integer.parseInt(value)).build();
      case "num-queries-per-thread" ->
          limits = limits.change().questionsAtOnce(Integer.parseInt(value)).build();
      case "target-fetch-policy",
          "rrset-roundrobin",
          "trust-anchor-signaling",
          "harden-referral-path",
          "harden-unknown-additional",
          "msg-cache-size",
          "rrset-cache-size",
          "msg-buffer-size",
          "jostle-timeout",
          "root-key-sentinel",
          "local-zone",
          "do-tcp",
          "do-udp",
          "log-servfail",
          "val-log-level",
          "verbosity",
          "directory",
          "username",
          "chroot",
          "pidfile",
          "log-time-ascii" -> {}
      default -> unsupported = Optional.of("key " + key);
    }
  }

  private void accessControl(String value) {
    String[] words = value.split("\\s+", 2);
    AccessList.Access what =
        switch (words[1].trim()) {
          case "allow_snoop" -> AccessList.Access.ALLOWED_WITH_CACHE;
          case "allow" -> AccessList.Access.ALLOWED;
          case "deny" -> AccessList.Access.DROPPED;
          default -> AccessList.Access.REFUSED;
        };
    access = access.with(Prefix.parse(words[0]), what);
  }

  private void closeZone() {
    if (block.equals("server") || block.equals("rpz")) {
      block = "server";
      return;
    }
    block = "server";
    if (open.name.isRoot() && open.kind == ConfiguredZone.Kind.STUB) {
      rootAddresses.addAll(open.addresses);
      rootNames.addAll(open.names);
      if (open.prime) {
        features.add(Feature.PRIMING);
      }
      return;
    }
    zones.add(
        new ConfiguredZone(
            open.name, open.kind, open.addresses, open.names, open.fallback, open.caching));
  }

  private void set(Feature feature, String value) {
    if (isOn(value)) {
      features.add(feature);
    } else {
      features.remove(feature);
    }
  }

  private static boolean isOn(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return lower.equals("yes") || lower.equals("on") || lower.equals("true");
  }

  private static long date(String value) {
    return LocalDateTime.parse(value, DATE).toEpochSecond(ZoneOffset.UTC);
  }

  long startSeconds() {
    return dialect == Scenario.Dialect.DECKARD
        ? time.orElse(System.currentTimeMillis() / 1000)
        : EPOCH_OF_UNBOUND;
  }

  ResolverConfig resolver(EnumSet<Feature> chosen) {
    if (rootAddresses.isEmpty()) {
      return settings(RecordFile.hints(RecordFile.rootHints()), chosen);
    }
    var server = new DelegationPoint.NameServer(rootNames.stream().findFirst(), rootAddresses);
    var hints = new DelegationPoint(Name.ROOT, List.of(server), DelegationPoint.Kind.HINTS);
    return settings(hints, chosen);
  }

  private ResolverConfig settings(DelegationPoint hints, EnumSet<Feature> chosen) {
    return ResolverConfig.over(hints)
        .withZones(zones)
        .withAnchors(anchors)
        .withNegativeAnchors(negativeAnchors)
        .withFeatures(chosen)
        .withLimits(limits)
        .withCacheLimits(cache);
  }

  Validation validation(InstantSource clock) {
    if (anchors.isEmpty()) {
      return Validation.NONE;
    }
    Arithmetic arithmetic =
        legacySignaturesValid ? new FakeSha1(Arithmetic.WITH_LEGACY) : Arithmetic.WITH_LEGACY;
    LongSupplier signatureTime =
        dialect == Scenario.Dialect.UNBOUND && time.isPresent()
            ? time::getAsLong
            : () -> Math.floorDiv(clock.millis(), 1000L);
    var times =
        ignoreSignatureTimes ? ValidatorConfig.Times.IGNORED : ValidatorConfig.Times.CHECKED;
    var downgrade =
        features.contains(Feature.ALGORITHM_DOWNGRADE_PROTECTION)
            ? ValidatorConfig.Downgrade.REFUSED
            : ValidatorConfig.Downgrade.ACCEPTED;
    return new Validator(
        new ValidatorConfig(
            anchors,
            negativeAnchors,
            arithmetic,
            signatureTime,
            times,
            downgrade,
            limits.nsec3Iterations()),
        clock);
  }

  CacheLimits cacheLimits() {
    return cache;
  }

  ServiceConfig service() {
    return ServiceConfig.defaults()
        .withAccess(access)
        .withAny(ServiceConfig.AnyPolicy.RESOLVED)
        .withBeside(beside)
        .withPolicies(policies.policies());
  }
}
