package io.l7.cli.bt;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.peer.Selection;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.bittorrent.peer.TorrentStatus;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.cli.Daemon;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.cli.Progress;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import io.l7.common.units.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 bt get}: downloads a torrent. */
@Command(
    name = "get",
    modelTransformer = WithoutTls.class,
    description = {
      "Download a torrent; a second run over the same folder resumes.",
      "Exit status 0 when every selected piece is verified on disk."
    })
final class GetCommand extends L7Command {
  private static final Duration REDRAW = Duration.ofMillis(500);

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private PeerOptions options = new PeerOptions();

  @Parameters(paramLabel = "X.torrent|MAGNET", description = "What to download.")
  private String what = "";

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to download to.")
  private Path folder = Path.of("");

  @Option(
      names = "--seed-time",
      paramLabel = "TIME",
      description = "How long to seed afterwards (default 0s).")
  private Duration seedTime = Duration.ZERO;

  @Option(
      names = "--select",
      paramLabel = "GLOB",
      description = "Only the files that match, such as 'big numbers/*'; repeatable.")
  private List<String> globs = new ArrayList<>();

  @Option(
      names = "--web-seed",
      paramLabel = "URL",
      description = "A web server that has the content too (BEP 19); repeatable.")
  private List<String> webSeeds = new ArrayList<>();

  @Option(
      names = "--sequential",
      description = "In order: the next 16 MiB and the ends of their file first.")
  private boolean sequential;

  @Option(
      names = "--stream",
      paramLabel = "HOST:PORT",
      description = {
        "Serve the files over HTTP while they are fetched: what is read comes first.",
        "Implies --sequential."
      })
  private Optional<Endpoint> stream = Optional.empty();

  @Override
  protected int run() throws Exception {
    if (server.identity("localhost").isPresent()) {
      throw usage(PeerOptions.NO_TLS);
    }
    webSeeds.stream()
        .filter(url -> !url.matches("(?i)https?://[^/].*"))
        .findFirst()
        .ifPresent(
            url -> {
              throw usage("--web-seed: not a URL of a web server: " + url);
            });
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    var spec = spec();
    try (var peer =
        options.start(server, metrics, server.transcript(dialogue(Dialogue.Naming.NAMED)), spec)) {
      server.startMetrics(metrics, daemon);
      peer.addresses().forEach(address -> daemon.ready("peer", address));
      peer.dhtAddresses().forEach(address -> daemon.ready("dht", address));
      return download(peer, spec, daemon);
    }
  }

  private TorrentSpec spec() throws Exception {
    try {
      var spec =
          MagnetLink.looksLike(what)
              ? TorrentSpec.of(MagnetLink.parse(what), folder)
              : TorrentSpec.of(Metainfo.read(Path.of(what)), folder);
      var seeds = Stream.concat(spec.webSeeds().stream(), webSeeds.stream()).toList();
      var order =
          sequential || stream.isPresent()
              ? ReadingOrder.Mode.SEQUENTIAL
              : ReadingOrder.Mode.RAREST_FIRST;
      var seeded = spec.webSeeds(seeds).order(order);
      var selected = globs.isEmpty() ? seeded : seeded.selection(selection());
      return options.apply(selected).listeners(_ -> {}, _ -> {}, options.explainer(err()));
    } catch (MetainfoException e) {
      throw new Failure(what, e.reason(), e);
    }
  }

  private Selection selection() {
    try {
      return Selection.globs(globs);
    } catch (PatternSyntaxException e) {
      throw usage("--select " + e.getPattern() + ": " + e.getDescription());
    }
  }

  private int download(Peer peer, TorrentSpec spec, Daemon daemon) throws Exception {
    long start = System.nanoTime();
    try (var torrent = peer.add(spec);
        var streams = new Streams(torrent, stream, daemon)) {
      // A signal leaves the swarm in order; what is verified is claimed for the next run.
      daemon.onStop(_ -> torrent.close());
      daemon.status(() -> afterSignal(torrent.status()));
      options.reportStatus(torrent, out());
      var last = new AtomicReference<>(torrent.status());
      var worker = Thread.ofVirtual().start(() -> work(torrent, streams, daemon, last));
      daemon.await();
      worker.interrupt();
      var status = last.get();
      if (status.state() instanceof TorrentState.Failed(var why)) {
        throw new Failure("get", why);
      }
      report(status, Duration.ofNanos(System.nanoTime() - start));
      return complete(status) ? 0 : 1;
    }
  }

  private static boolean complete(TorrentStatus status) {
    return status.missingBytes() == 0 && status.pieces() > 0;
  }

  /** A script that goes on after 0 would take a part for the whole. */
  private int afterSignal(TorrentStatus status) {
    if (complete(status)) {
      return 0;
    }
    err().println("l7: get: stopped before all was there; the same command goes on from here");
    err().flush();
    return 1;
  }

  private void work(
      Torrent torrent, Streams streams, Daemon daemon, AtomicReference<TorrentStatus> last) {
    try (var progress = new TorrentProgress(torrent)) {
      while (!torrent.await(REDRAW)) {
        progress.redraw();
      }
      if (!(torrent.status().state() instanceof TorrentState.Failed)) {
        Thread.sleep(seedTime);
        streams.awaitEnd();
      }
      last.set(torrent.status());
      daemon.end();
    } catch (InterruptedException _) {
      // stopped by a signal
    }
  }

  /** The progress line, begun once the size is known. */
  private final class TorrentProgress implements AutoCloseable {
    private final Torrent torrent;
    private List<Progress> line = List.of();

    TorrentProgress(Torrent torrent) {
      this.torrent = torrent;
    }

    void redraw() {
      var status = torrent.status();
      if (status.wantedBytes() > 0) {
        if (line.isEmpty()) {
          line = List.of(new Progress(err(), "downloading", status.wantedBytes()));
        }
        line.getFirst().at(status.wantedBytes() - status.missingBytes());
      }
    }

    @Override
    public void close() {
      line.forEach(Progress::close);
    }
  }

  private void report(TorrentStatus status, Duration took) {
    if (json()) {
      out().println(TorrentJson.of(status).put("seconds", took.toMillis() / 1000.0));
      return;
    }
    out()
        .printf(
            Locale.ROOT,
            "%s: %s verified, %s received, %s sent, %.1f s%n",
            Plain.text(status.name().orElse(status.infoHash().toString())),
            Units.size(status.wantedBytes() - status.missingBytes()),
            Units.size(status.received()),
            Units.size(status.sent()),
            took.toMillis() / 1000.0);
  }
}
