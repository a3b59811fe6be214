package io.l7.cli.bt;

import io.l7.bittorrent.Dht;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 bt dht lookup}: the peers of a torrent, by the DHT. */
@Command(
    name = "lookup",
    description = {
      "Print the peers of a torrent that the DHT knows, one a line; exit status 1 when there are"
          + " none.",
      "It only asks (BEP 43)."
    })
final class DhtLookupCommand extends L7Command {
  @Mixin private DhtOptions options = new DhtOptions();

  @Parameters(paramLabel = "HASH|MAGNET", description = "40 hexadecimal digits, or a magnet link.")
  private String what = "";

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to ask from (default: 127.0.0.1 for nodes there, any address else).")
  private Optional<Endpoint> listen = Optional.empty();

  @Option(names = "--timeout", paramLabel = "TIME", description = "How long at most (default 30s).")
  private Duration timeout = Duration.ofSeconds(30);

  @Override
  protected int run() throws Exception {
    if (!options.isWanted()) {
      throw usage("which node of the DHT? Name one with --dht HOST:PORT");
    }
    var infoHash = infoHash();
    var settings = options.settings().listen(List.of(listen.orElseGet(this::home))).readOnly();
    var transcript = dialogue(Dialogue.Naming.NAMED);
    try (var dht = Dht.builder().settings(settings).transcript(transcript).start()) {
      var found = dht.findPeers(infoHash, timeout);
      var end = found.end();
      if (end.answered() == 0) {
        throw failure("lookup", "no node of the DHT answered");
      }
      if (found.extent() == Dht.Extent.CUT && found.peers().isEmpty()) {
        throw failure("lookup", "not over within " + timeout.toSeconds() + " s");
      }
      var peers =
          found.peers().stream().map(peer -> Endpoint.of(peer).toString()).sorted().toList();
      if (json()) {
        var nearest = new ArrayList<Json.ObjectBuilder>();
        end.nearest()
            .forEach(
                node ->
                    nearest.add(
                        Json.object()
                            .put("id", node.id().toString())
                            .put("address", Endpoint.of(node.address()).toString())));
        out()
            .println(
                Json.object()
                    .put("infoHash", infoHash)
                    .put("peers", peers)
                    .put("asked", end.asked())
                    .put("answered", end.answered())
                    .put("rounds", end.rounds())
                    .put("complete", found.extent() == Dht.Extent.WHOLE)
                    .put("nearest", nearest));
      } else {
        peers.forEach(out()::println);
      }
      return peers.isEmpty() ? 1 : 0;
    }
  }

  private InfoHash infoHash() {
    try {
      return MagnetLink.looksLike(what) ? MagnetLink.parse(what).infoHash() : InfoHash.parse(what);
    } catch (MetainfoException | IllegalArgumentException e) {
      throw usage("not an info-hash of 40 hexadecimal digits, nor a magnet link: " + what);
    }
  }

  /** From the loopback no way leads to other machines. */
  private Endpoint home() {
    var literals = options.nodes().stream().flatMap(node -> node.literal().stream()).toList();
    boolean six = !literals.isEmpty() && literals.stream().allMatch(Inet6Address.class::isInstance);
    boolean here =
        literals.size() == options.nodes().size()
            && !literals.isEmpty()
            && literals.stream().allMatch(InetAddress::isLoopbackAddress);
    if (here) {
      return new Endpoint(six ? "::1" : "127.0.0.1", 0);
    }
    return new Endpoint(six ? "::" : "0.0.0.0", 0);
  }
}
