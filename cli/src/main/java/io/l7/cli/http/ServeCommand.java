package io.l7.cli.http;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Dialogue;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 http serve}: a folder as a site. */
@Command(name = "serve", description = "Serve a folder.")
final class ServeCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:8080");

  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder (default: the one you are in).")
  private @Nullable Path folder;

  @Option(names = "--browse", description = "List folders that have no index.html.")
  private boolean browse;

  @Option(names = "--spa", description = "Answer unknown paths with /index.html.")
  private boolean spa;

  @Override
  protected int run() throws Exception {
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    Optional<TlsIdentity> identity = server.identity("localhost", "127.0.0.1");
    var builder =
        HttpServer.builder()
            .handler(site())
            .metrics(metrics)
            .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)));
    for (Endpoint endpoint : server.listen(DEFAULT)) {
      identity.ifPresentOrElse(
          tls -> builder.listen(endpoint, tls), () -> builder.listen(endpoint));
    }
    var http = builder.start();
    daemon.onStop(http::drain);
    server.startMetrics(metrics, daemon);
    http.addresses()
        .forEach(address -> daemon.ready(identity.isPresent() ? "https" : "http", address));
    return daemon.await();
  }

  private Handler site() throws IOException {
    Path root = folder == null ? Path.of(".") : folder;
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw failure(root.toString(), "not a folder that can be read");
    }
    var site = StaticFiles.of(root);
    if (browse) {
      site.browse();
    }
    if (spa) {
      site.singlePage();
    }
    return site.build();
  }
}
