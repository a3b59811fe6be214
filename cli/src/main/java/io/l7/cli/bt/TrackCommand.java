package io.l7.cli.bt;

import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.tracker.TrackerLimits;
import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code l7 bt track}: a tracker over HTTP and UDP. */
@Command(
    name = "track",
    description = {
      "Run a tracker: /announce and /scrape over HTTP or HTTPS, BEP 15 over UDP, /stats and"
          + " /stats.json."
    })
final class TrackCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:6969");

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(names = "--udp", paramLabel = "HOST:PORT", description = "Listen for UDP here too.")
  private @Nullable Endpoint udp;

  @Option(
      names = "--allow",
      paramLabel = "FILE",
      description =
          "Serve these torrents alone: 40 hexadecimal digits a line; changes are followed.")
  private @Nullable Path allow;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "Between the announces of a peer, jittered by a tenth (default 30m).")
  private Duration interval = TrackerLimits.DEFAULT.interval();

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Keep swarms and their counts of downloads over restarts.")
  private @Nullable Path state;

  @Override
  protected int run() throws Exception {
    TrackerLimits limits;
    try {
      limits = TrackerLimits.DEFAULT.interval(interval);
    } catch (IllegalArgumentException e) {
      throw usage("--interval: " + e.getMessage());
    }
    var daemon = new Daemon(out(), server.drain());
    daemon.expectReload();
    var metrics = new Metrics();
    var builder =
        Tracker.builder()
            .limits(limits)
            .metrics(metrics)
            .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)));
    var identity = server.identity("localhost");
    for (var endpoint : server.listen(DEFAULT)) {
      if (identity.isPresent()) {
        builder.https(endpoint, identity.get());
      } else {
        builder.http(endpoint);
      }
    }
    if (udp != null) {
      builder.udp(udp);
    }
    if (allow != null) {
      if (!Files.isReadable(allow)) {
        throw failure(allow.toString(), "no such file, or not readable");
      }
      builder.allowFile(allow);
    }
    if (state != null) {
      var beside = state.toAbsolutePath().getParent();
      if (Files.isDirectory(state) || beside == null || !Files.isWritable(beside)) {
        throw failure(state.toString(), "not a file that can be written");
      }
      builder.state(state);
    }
    var tracker = builder.start();
    daemon.onStop(tracker::drain);
    daemon.onReload(
        () -> {
          if (identity.isPresent()) {
            identity.get().reload();
          }
        });
    server.startMetrics(metrics, daemon);
    tracker.httpAddresses().forEach(address -> daemon.ready("tracker", address));
    tracker.udpAddress().ifPresent(address -> daemon.ready("tracker-udp", address));
    return daemon.await();
  }
}
