package io.l7.cli.http;

import io.l7.cli.OptionRules;
import io.l7.common.units.Units;
import io.l7.http.proxy.Balancing;
import io.l7.http.proxy.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about servers behind this one, and about the cache in front of them. */
final class UpstreamOptions {
  @Option(
      names = "--proxy",
      paramLabel = "[HOST]/PREFIX=URL[,URL]...",
      description = "Pass what is below a prefix on; several URLs, or a prefix again, balance.")
  private List<String> proxies = List.of();

  @Option(
      names = "--balance",
      paramLabel = "HOW",
      description =
          "round-robin, least-requests, client-address or target: the same upstream for the same"
              + " client or URL (default round-robin).")
  private String balance = "round-robin";

  @Option(
      names = "--health-path",
      paramLabel = "PATH",
      description = "Ask each upstream for this path; only one that answers 2xx or 3xx is used.")
  private @Nullable String healthPath;

  @Option(
      names = "--health-interval",
      paramLabel = "TIME",
      description = "How often (default 10s).")
  private Duration healthInterval = Duration.ofSeconds(10);

  @Option(
      names = "--proxy-timeout",
      paramLabel = "TIME",
      description = "How long an upstream may take to begin its answer; then 504 (default 60s).")
  private Duration timeout = Duration.ofSeconds(60);

  @Option(
      names = "--cache",
      paramLabel = "SIZE",
      description = "Keep what upstreams allow to keep (RFC 9111), in so much memory.")
  private @Nullable String cache;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "With --cache: keep it in this folder, over restarts; at most 64 MiB of it also in"
              + " memory.")
  private @Nullable Path cacheFolder;

  /**
   * Looks over what may not be needed, as a proxy is, but was typed.
   *
   * @throws IllegalArgumentException it is wrong
   */
  void check() {
    var _ = balancing();
    var _ = healthCheck();
    var _ = cache();
    OptionRules.isFor("--cache-dir", cacheFolder != null, "--cache SIZE", cache != null);
    OptionRules.isFor(
        "--cache", cache != null, "--proxy: files are kept anyway", !proxies.isEmpty());
  }

  List<String> proxies() {
    return proxies;
  }

  /**
   * How requests are spread.
   *
   * @throws IllegalArgumentException there is no such way
   */
  Balancing balancing() {
    String name = balance.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Balancing each : Balancing.values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "--balance: round-robin, least-requests, client-address or target, not " + balance);
  }

  /**
   * How upstreams are probed, if at all.
   *
   * @throws IllegalArgumentException path or interval are not such
   */
  Optional<HealthCheck> healthCheck() {
    return healthPath == null
        ? Optional.empty()
        : Optional.of(HealthCheck.of(healthPath).every(healthInterval));
  }

  Duration timeout() {
    return timeout;
  }

  /** In bytes. */
  OptionalLong cache() {
    return cache == null ? OptionalLong.empty() : OptionalLong.of(Units.parseSize(cache));
  }

  Optional<Path> cacheFolder() {
    return Optional.ofNullable(cacheFolder);
  }
}
