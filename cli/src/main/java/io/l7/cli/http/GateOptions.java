package io.l7.cli.http;

import io.l7.cli.OptionRules;
import io.l7.common.net.Cidr;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.units.Units;
import io.l7.http.h2.Http2Limits;
import io.l7.http.wire.HttpLimits;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about who comes in, how often, with how much, and who is believed. */
final class GateOptions {
  @Option(
      names = {"--trusted-proxy", "--trust-proxy"},
      paramLabel = "CIDR",
      description = "Believe Forwarded and X-Forwarded-* from there; repeatable.")
  private List<Cidr> trusted = List.of();

  @Option(
      names = "--proxy-protocol",
      paramLabel = "CIDR",
      description = "Demand a PROXY header (v1 or v2) of connections from there; repeatable.")
  private List<Cidr> proxyProtocol = List.of();

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      description = "Requests a second and client address; more are 429.")
  private @Nullable Double rate;

  @Option(
      names = "--rate-burst",
      paramLabel = "N",
      description = "Requests at once under --rate-limit (default: those of two seconds).")
  private @Nullable Integer burst;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description = "Connections at once; more wait in the system's queue (default 10000).")
  private int connections = ConnectionLimits.defaults().connections();

  @Option(
      names = "--max-per-address",
      paramLabel = "N",
      description = "Connections at once from one address; more are refused (default 1000).")
  private int perAddress = ConnectionLimits.defaults().perAddress();

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      description = "Content of one request; more is 413 (default 1GiB).")
  private @Nullable String body;

  @Option(names = "--no-http2", description = "HTTP/1.1 alone.")
  private boolean withoutHttp2;

  @Option(
      names = "--max-streams",
      paramLabel = "N",
      description = "Requests at once on one HTTP/2 connection (default 100).")
  private @Nullable Integer streams;

  List<Cidr> trusted() {
    return trusted;
  }

  List<Cidr> proxyProtocol() {
    return proxyProtocol;
  }

  OptionalDouble rate() {
    return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
  }

  /** Requests at once, for a rate. */
  int burst(double perSecond) {
    return burst != null ? burst : (int) Math.max(1, Math.ceil(perSecond * 2));
  }

  /**
   * Looks over the limits of rates.
   *
   * @throws IllegalArgumentException they are none, or one is of no use
   */
  void check() {
    OptionRules.isFor("--rate-burst", burst != null, "--rate-limit", rate != null);
    if ((rate != null && !(rate > 0)) || (burst != null && burst < 1)) {
      throw new IllegalArgumentException("--rate-limit is over 0 and --rate-burst at least 1");
    }
  }

  /**
   * The bounds of connections.
   *
   * @throws IllegalArgumentException one is below 1
   */
  ConnectionLimits connections() {
    if (connections < 1 || perAddress < 1) {
      throw new IllegalArgumentException("--max-connections and --max-per-address are at least 1");
    }
    return ConnectionLimits.defaults().connections(connections).perAddress(perAddress);
  }

  /**
   * The limits of HTTP/2; none where it is not spoken.
   *
   * @throws IllegalArgumentException they are of no use, or below 1
   */
  Optional<Http2Limits> http2() {
    if (streams == null) {
      return withoutHttp2 ? Optional.empty() : Optional.of(Http2Limits.DEFAULTS);
    }
    if (withoutHttp2 || streams < 1) {
      throw new IllegalArgumentException("--max-streams is at least 1, and of HTTP/2");
    }
    return Optional.of(Http2Limits.DEFAULTS.withStreams(streams));
  }

  HttpLimits limits() {
    return body == null
        ? HttpLimits.DEFAULTS
        : HttpLimits.DEFAULTS.withBodyBytes(Units.parseSize(body));
  }
}
