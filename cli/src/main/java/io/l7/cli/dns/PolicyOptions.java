package io.l7.cli.dns;

import io.l7.cli.OptionRules;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.dns.authority.PolicySource;
import io.l7.dns.authority.PolicySource.Feed;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyAction;
import io.l7.dns.service.PolicyLog;
import io.l7.dns.service.QueryLog;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Policy zones, by which answers of the resolver are blocked and rewritten. */
final class PolicyOptions {
  /** Seconds that an alias lives which every rule of a zone is to lead to. */
  private static final long ALIAS_TTL = 300;

  @Option(
      names = "--rpz",
      paramLabel = "ZONE[=FILE|=HOST:PORT[,HOST:PORT...]]",
      description =
          "Block and rewrite answers by the rules of this zone: a file, a copy after primaries, or"
              + " a zone served here; repeatable, the first counts most.")
  private List<String> zones = List.of();

  @Option(
      names = "--rpz-policy",
      paramLabel = "ZONE=ACTION",
      description =
          "What each rule of a zone does, whatever it says: nxdomain, nodata, passthru, drop,"
              + " tcp-only, disabled, or a name to lead to; repeatable.")
  private List<String> overrides = List.of();

  @Option(
      names = "--rpz-break-dnssec",
      description = "Rewrite signed answers for clients that ask for signatures, too.")
  private boolean breakDnssec;

  @Option(
      names = "--rpz-log",
      paramLabel = "FILE|-",
      description = "Write a line for each rule that is applied; - is standard output.")
  private @Nullable String log;

  boolean isEmpty() {
    return zones.isEmpty();
  }

  /**
   * Looks for what would come to nothing.
   *
   * @throws IllegalArgumentException there is something
   */
  void check(boolean resolves) {
    OptionRules.isFor("--rpz", !zones.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--rpz-policy", !overrides.isEmpty(), "--rpz", !zones.isEmpty());
    OptionRules.isFor("--rpz-break-dnssec", breakDnssec, "--rpz", !zones.isEmpty());
    OptionRules.isFor("--rpz-log", log != null, "--rpz", !zones.isEmpty());
    sources(name -> Optional.empty());
  }

  /** Policies without a version yet. */
  Policies policies() {
    return new Policies(
        zones.stream().map(PolicyOptions::nameOf).toList(),
        breakDnssec ? Policies.Signed.REWRITTEN : Policies.Signed.LEFT_ALONE);
  }

  /**
   * Where the zones come from.
   *
   * @param copy where one that has primaries is kept between runs
   */
  List<PolicySource> sources(Function<Name, Optional<Path>> copy) {
    Map<Name, PolicyAction> actions = new HashMap<>();
    for (String text : overrides) {
      Name zone = nameOf(text);
      if (!text.contains("=") || zones.stream().noneMatch(each -> nameOf(each).equals(zone))) {
        throw new IllegalArgumentException(
            "--rpz-policy " + text + ": not ZONE=ACTION with a zone of --rpz");
      }
      actions.put(zone, action(text.substring(text.indexOf('=') + 1)));
    }
    return zones.stream()
        .map(
            text -> {
              Name zone = nameOf(text);
              return new PolicySource(
                  zone, feed(text, copy.apply(zone)), Optional.ofNullable(actions.get(zone)));
            })
        .toList();
  }

  private static Name nameOf(String text) {
    int equals = text.indexOf('=');
    return Name.parse(equals < 0 ? text : text.substring(0, equals));
  }

  private static Feed feed(String text, Optional<Path> copy) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new Feed.Hosted();
    }
    String from = text.substring(equals + 1);
    if (!Files.exists(Path.of(from)) && from.matches("\\S+:\\d+")) {
      return new Feed.FromPrimaries(
          Stream.of(from.split(",", -1)).map(Endpoint::parse).toList(), copy);
    }
    return new Feed.FromFile(Path.of(from));
  }

  private static PolicyAction action(String word) {
    for (PolicyAction.Plain plain : PolicyAction.Plain.values()) {
      if (plain.word().equals(word.toLowerCase(Locale.ROOT))) {
        return plain;
      }
    }
    if (!word.contains(".")) {
      throw new IllegalArgumentException(
          "--rpz-policy: '"
              + word
              + "' is none of nxdomain, nodata, passthru, drop, tcp-only, disabled, nor a name with"
              + " a dot");
    }
    return new PolicyAction.LocalData(
        List.of(
            RRset.of(Name.ROOT, RRType.CNAME, ALIAS_TTL, List.of(Rdata.name(Name.parse(word))))));
  }

  /** The log of hits, where there is one. */
  Optional<PolicyLog> log(LogFiles files, InstantSource clock, Metrics metrics) throws IOException {
    return log == null
        ? Optional.empty()
        : Optional.of(new PolicyLog(files.to(log), QueryLog.Form.TEXT, clock, metrics));
  }

  /** Its file, opened anew, where it is one. */
  Optional<Writer> logFile(LogFiles files) throws IOException {
    return files.reopened(log);
  }
}
