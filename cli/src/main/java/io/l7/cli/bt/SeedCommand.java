package io.l7.cli.bt;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.cli.Daemon;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Progress;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.transcript.Dialogue;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 bt seed}: shares what is complete. */
@Command(
    name = "seed",
    modelTransformer = WithoutTls.class,
    description = "Check the content of a torrent and share it; nothing is written.")
final class SeedCommand extends L7Command {
  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private PeerOptions options = new PeerOptions();

  @Parameters(paramLabel = "X.torrent", description = "The torrent.")
  private Path file = Path.of("");

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      required = true,
      description = "The folder that holds the content.")
  private Path folder = Path.of("");

  @Override
  protected int run() throws Exception {
    if (server.identity("localhost").isPresent()) {
      throw usage(PeerOptions.NO_TLS);
    }
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    Metainfo metainfo;
    TorrentSpec spec;
    try {
      metainfo = Metainfo.read(file);
      spec = options.apply(TorrentSpec.of(metainfo, folder).readOnly());
    } catch (MetainfoException e) {
      throw new Failure(file.toString(), e.reason(), e);
    }
    var peer =
        options.start(server, metrics, server.transcript(dialogue(Dialogue.Naming.NAMED)), spec);
    var checked = new CountDownLatch(1);
    Torrent torrent;
    try (var progress = new Progress(err(), "checking", metainfo.info().totalLength())) {
      torrent =
          peer.add(
              spec.listeners(progress::add, _ -> checked.countDown(), options.explainer(err())));
      while (!checked.await(50, TimeUnit.MILLISECONDS)) {
        if (torrent.status().state() instanceof TorrentState.Failed(var why)) {
          peer.close();
          throw new Failure("seed", why);
        }
      }
      var status = torrent.status();
      if (status.missingBytes() > 0) {
        peer.close();
        throw new Failure(
            "seed",
            status.pieces()
                - status.verified()
                + " of "
                + status.pieces()
                + " pieces are missing or wrong in "
                + folder
                + "; fetch them with: l7 bt get "
                + file
                + " -d "
                + folder);
      }
    }
    daemon.onStop(_ -> end(torrent, peer));
    server.startMetrics(metrics, daemon);
    peer.addresses().forEach(address -> daemon.ready("peer", address));
    peer.dhtAddresses().forEach(address -> daemon.ready("dht", address));
    options.reportStatus(torrent, out());
    return daemon.await();
  }

  private void end(Torrent torrent, Peer peer) {
    if (json()) {
      out().println(TorrentJson.of(torrent.status()));
    }
    peer.close();
  }
}
