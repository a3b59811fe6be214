package io.l7.cli.http;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Dialogue;
import io.l7.http.HttpServer;
import io.l7.http.log.LogFormat;
import io.l7.http.log.LogWriter;
import io.l7.http.message.Handler;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  @Option(
      names = "--trust-proxy",
      paramLabel = "CIDR",
      description = "Believe Forwarded and X-Forwarded-* from there; repeatable.")
  private List<String> trusted = List.of();

  @Override
  protected int run() throws Exception {
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    Optional<TlsIdentity> identity = server.identity("localhost", "127.0.0.1");
    var builder =
        HttpServer.builder()
            .metrics(metrics)
            .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)));
    trusted.forEach(addresses -> builder.trust(cidr(addresses)));
    var log = log();
    log.ifPresent(
        writer -> {
          builder.accessLog(writer);
          daemon.onStop(limit -> writer.close());
        });
    var pieces = new SitePieces(site, metrics);
    Handler handler = pieces.handler();
    daemon.onStop(limit -> pieces.close());
    for (Endpoint endpoint : server.listen(DEFAULT)) {
      identity.ifPresentOrElse(
          tls -> builder.listen(endpoint, tls), () -> builder.listen(endpoint));
    }
    var http = builder.handler(handler).start();
    daemon.onStop(http::drain);
    daemon.onReload(
        () -> {
          if (identity.isPresent()) {
            identity.get().reload();
          }
          http.replace(pieces.handler());
        });
    server.startMetrics(metrics, daemon);
    String protocol = identity.isPresent() ? "https" : "http";
    http.addresses().forEach(address -> daemon.ready(protocol, address));
    return daemon.await();
  }

  private Cidr cidr(String text) {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw usage("--trust-proxy: " + e.getMessage());
    }
  }

  private Optional<LogWriter> log() throws IOException {
    if (accessLog == null) {
      return Optional.empty();
    }
    LogFormat format =
        switch (accessLogFormat) {
          case "combined" -> LogFormat.COMBINED;
          case "json" -> LogFormat.JSON;
          default -> throw usage("--access-log-format: combined or json, not " + accessLogFormat);
        };
    Writer to =
        accessLog.equals("-")
            ? new KeptOpen(out())
            : Files.newBufferedWriter(
                Path.of(accessLog), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return Optional.of(new LogWriter(format, to));
  }

  /** Standard output outlives the log. */
  private static final class KeptOpen extends FilterWriter {
    KeptOpen(Writer out) {
      super(out);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
