package io.l7.cli.http;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Dialogue;
import io.l7.http.HttpServer;
import io.l7.http.log.LogFormat;
import io.l7.http.log.LogWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code l7 http serve}: a folder, upstreams, or both as a site. */
@Command(name = "serve", description = "Serve a folder; be a reverse proxy; cache.")
final class ServeCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:8080");

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private SiteOptions site = new SiteOptions();
  @Mixin private UpstreamOptions upstreams = new UpstreamOptions();
  @Mixin private GateOptions gate = new GateOptions();

  @Option(
      names = "--access-log",
      paramLabel = "FILE|-",
      description = "A line a request; - is standard output.")
  private @Nullable String accessLog;

  @Option(
      names = "--access-log-format",
      paramLabel = "FORMAT",
      description = "combined or json (default combined).")
  private String accessLogFormat = "combined";

  @Override
  protected int run() throws Exception {
    try {
      return serve();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int serve() throws Exception {
    var daemon = new Daemon(out(), server.drain());
    daemon.expectReload();
    var metrics = new Metrics();
    var identity = identity();
    var builder =
        HttpServer.builder()
            .metrics(metrics)
            .limits(gate.limits())
            .connections(gate.connections())
            .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)));
    gate.http2().ifPresentOrElse(builder::http2, builder::withoutHttp2);
    gate.trusted().forEach(builder::trust);
    var log = log(metrics);
    log.ifPresent(
        writer -> {
          builder.accessLog(writer);
          daemon.onStop(limit -> writer.close());
        });
    var pieces = new SitePieces(metrics);
    daemon.onStop(limit -> pieces.close());
    builder.handler(pieces.handler(site, upstreams, gate));
    for (Endpoint endpoint : server.listen(DEFAULT)) {
      builder.listen(listener(endpoint, identity));
    }
    var http = builder.start();
    daemon.onStop(http::drain);
    daemon.onReload(
        () -> {
          if (identity.isPresent()) {
            identity.get().reload();
          }
          if (log.isPresent() && !accessLog().equals("-")) {
            log.get().switchTo(file(accessLog()));
          }
          if (readAgain() instanceof ServeCommand now) {
            http.replace(pieces.handler(now.site, now.upstreams, now.gate));
          }
        });
    server.startMetrics(metrics, daemon);
    String protocol = identity.isPresent() ? "https" : "http";
    http.addresses().forEach(address -> daemon.ready(protocol, address));
    return daemon.await();
  }

  private Optional<TlsIdentity> identity() throws IOException {
    var names = new ArrayList<>(List.of("localhost", "127.0.0.1"));
    names.addAll(site.sites().keySet());
    return server.identity(site.certificates(), names.toArray(String[]::new));
  }

  private Listener listener(Endpoint endpoint, Optional<TlsIdentity> identity) {
    return identity
        .map(tls -> Listener.tls(endpoint, tls))
        .orElseGet(() -> Listener.tcp(endpoint))
        .proxyProtocol(gate.proxyProtocol());
  }

  private String accessLog() {
    return accessLog == null ? "" : accessLog;
  }

  private static Writer file(String name) throws IOException {
    return Files.newBufferedWriter(
        Path.of(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private Optional<LogWriter> log(Metrics metrics) throws IOException {
    if (accessLog().isEmpty()) {
      return Optional.empty();
    }
    LogFormat format =
        switch (accessLogFormat) {
          case "combined" -> LogFormat.COMBINED;
          case "json" -> LogFormat.JSON;
          default -> throw usage("--access-log-format: combined or json, not " + accessLogFormat);
        };
    Writer to =
        accessLog().equals("-")
            ? new KeptOpen(new FileOutputStream(FileDescriptor.out))
            : file(accessLog());
    return Optional.of(new LogWriter(format, to, metrics));
  }

  /**
   * Standard output outlives the log, and has another writer: one that nobody reads must not hold
   * the lock of the printer that says the last words.
   */
  private static final class KeptOpen extends OutputStreamWriter {
    KeptOpen(FileOutputStream out) {
      super(out, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
