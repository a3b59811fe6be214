package io.l7.cli;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MetricsServer;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.JsonLines;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of every server. A mixin: {@code @Mixin ServerOptions server = new ServerOptions();}.
 */
public final class ServerOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen; repeatable; port 0 is any free one.")
  private List<Endpoint> listen = List.of();

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      description = "How long running work may take to end at SIGTERM (default 10s).")
  private Duration drain = Duration.ofSeconds(10);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "TOML; every option has a key of the same name.")
  private @Nullable Path config;

  @Option(
      names = "--print-config",
      description = "Print what it would run with, as a file for --config, and end.")
  @SuppressWarnings("UnusedVariable") // it is asked for by its name, before anything runs
  private boolean printConfig;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Prometheus text at /metrics, health at /healthz.")
  private @Nullable Endpoint metrics;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Certificate chain, PEM, leaf first.")
  private @Nullable Path tlsCert;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM.")
  private @Nullable Path tlsKey;

  @Option(names = "--tls-self-signed", description = "A fresh self-signed certificate.")
  private boolean tlsSelfSigned;

  @Option(
      names = "--transcript",
      paramLabel = "FILE",
      description = "Every dialogue as JSON lines, secrets masked.")
  private @Nullable Path transcript;

  /** The addresses given, or the default one. */
  public List<Endpoint> listen(Endpoint otherwise) {
    return listen.isEmpty() ? List.of(otherwise) : List.copyOf(listen);
  }

  /** The addresses given, if any. */
  public List<Endpoint> listen() {
    return List.copyOf(listen);
  }

  /** The configuration file, if one was given; its keys have become options already. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** How long running work may take to end. */
  public Duration drain() {
    return drain;
  }

  /**
   * Who the server is under TLS, if that was said; a self-signed one is for {@code names}.
   *
   * @throws ParameterException half of it was said
   */
  public Optional<TlsIdentity> identity(String... names) throws IOException {
    return identity(Map.of(), names);
  }

  /**
   * Who the server is under TLS, with other identities for clients that ask for these names (SNI).
   * Without one for all others, the first of them is that.
   *
   * @param byName in the order they were given
   * @throws ParameterException half of it was said
   */
  public Optional<TlsIdentity> identity(Map<String, TlsIdentity.Source> byName, String... names)
      throws IOException {
    var otherwise = otherwise(names);
    if (otherwise.isEmpty()) otherwise = byName.values().stream().findFirst();
    return otherwise.isPresent()
        ? Optional.of(TlsIdentity.bySni(byName, otherwise.get()))
        : Optional.empty();
  }

  private Optional<TlsIdentity.Source> otherwise(String... names) {
    if (tlsCert != null && tlsKey != null)
      return Optional.of(TlsIdentity.Source.pem(tlsCert, tlsKey));
    if (tlsCert != null || tlsKey != null)
      throw new ParameterException(
          Objects.requireNonNull(command).commandLine(), "give both --tls-cert and --tls-key");
    return tlsSelfSigned ? Optional.of(TlsIdentity.Source.selfSigned(names)) : Optional.empty();
  }

  /** The transcript file joined with {@code more}. */
  public Transcript transcript(Transcript more) throws IOException {
    if (transcript == null) return more;
    return Transcript.of(
        new JsonLines(Files.newBufferedWriter(transcript, StandardCharsets.UTF_8)), more);
  }

  /** Starts the metrics endpoint, if one was asked for, and says that it is ready. */
  public void startMetrics(Metrics registry, Daemon daemon) throws IOException {
    if (metrics == null) return;
    var server = MetricsServer.start(metrics, registry, () -> true);
    daemon.ready("metrics", server.address());
    daemon.onStop(limit -> server.close());
  }
}
