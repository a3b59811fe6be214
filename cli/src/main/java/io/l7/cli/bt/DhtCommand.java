package io.l7.cli.bt;

import io.l7.bittorrent.Dht;
import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code l7 bt dht}: a node of the DHT on its own. */
@Command(
    name = "dht",
    modelTransformer = WithoutTls.class,
    description = {
      "Run a node of the mainline DHT (BEP 5), through which others join.",
      "Without --dht it is the first of a network of its own."
    },
    subcommands = DhtLookupCommand.class)
final class DhtCommand extends L7Command {
  private static final Endpoint DEFAULT = Endpoint.parse("127.0.0.1:6881");

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private DhtOptions options = new DhtOptions();

  @Override
  protected int run() throws Exception {
    if (server.identity("localhost").isPresent()) {
      throw usage(PeerOptions.NO_TLS);
    }
    var daemon = new Daemon(out(), server.drain());
    var metrics = new Metrics();
    var settings = options.settings().listen(server.listen(DEFAULT));
    var transcript = server.transcript(dialogue(Dialogue.Naming.NAMED));
    Dht dht;
    try {
      dht = Dht.builder().settings(settings).metrics(metrics).transcript(transcript).start();
    } catch (IllegalArgumentException e) {
      throw usage("--listen: " + e.getMessage());
    }
    daemon.onStop(_ -> end(dht));
    server.startMetrics(metrics, daemon);
    dht.addresses().forEach(address -> daemon.ready("dht", address));
    return daemon.await();
  }

  private void end(Dht dht) {
    if (json()) {
      out().println(TorrentJson.dht(dht.status()));
    }
    dht.close();
  }
}
