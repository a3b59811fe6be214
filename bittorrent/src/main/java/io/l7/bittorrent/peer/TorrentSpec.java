package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.swarm.Decision;
import io.l7.common.net.Endpoint;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A torrent to be joined. Immutable; each setter gives another.
 *
 * @param infoHash of it
 * @param name of it, if known
 * @param info its info dictionary; fetched from peers when absent
 * @param trackers in tiers
 * @param nodes of the DHT to join through, as the torrent names them (BEP 5)
 * @param folder below which the content lies
 * @param access whether the content may be changed
 * @param selection which files are wanted
 * @param peers to try besides those the trackers name
 * @param webSeeds URLs of the content over HTTP (BEP 19)
 * @param order of the pieces that nobody reads
 * @param upRate limit in bytes a second
 * @param downRate limit in bytes a second
 * @param policies of choking, picking and pipelining
 * @param progress is given the bytes hashed when content is checked
 * @param onMetadata is told when the content is known and checked
 * @param onDecision is told every decision, with the torrent's lock held: it must only take note
 */
public record TorrentSpec(
    InfoHash infoHash,
    Optional<String> name,
    Optional<InfoDictionary> info,
    List<List<String>> trackers,
    List<Endpoint> nodes,
    Path folder,
    ContentStore.Access access,
    Selection selection,
    List<InetSocketAddress> peers,
    List<String> webSeeds,
    ReadingOrder.Mode order,
    OptionalLong upRate,
    OptionalLong downRate,
    BrainConfig policies,
    LongConsumer progress,
    Consumer<InfoDictionary> onMetadata,
    Consumer<Decision> onDecision) {
  /** A torrent whose metainfo is known, to be downloaded to and seeded from {@code folder}. */
  public static TorrentSpec of(Metainfo metainfo, Path folder) throws MetainfoException {
    var hash =
        metainfo
            .info()
            .v1Hash()
            .orElseThrow(
                () ->
                    new MetainfoException(
                        "a torrent of version 2 alone (BEP 52) is not supported; a hybrid works"));
    return of(
            hash,
            Optional.of(metainfo.info().name()),
            Optional.of(metainfo.info()),
            metainfo.trackers(),
            nodes(metainfo),
            folder)
        .webSeeds(metainfo.webSeeds());
  }

  /** What is no address of a node is passed over; a private torrent has none (BEP 27). */
  private static List<Endpoint> nodes(Metainfo metainfo) {
    var nodes = new ArrayList<Endpoint>();
    for (var node : metainfo.info().isPrivate() ? List.<String>of() : metainfo.nodes()) {
      try {
        int colon = node.lastIndexOf(':');
        var host = node.substring(0, colon).replaceAll("^\\[|\\]$", "");
        nodes.add(new Endpoint(host, Integer.parseInt(node.substring(colon + 1))));
      } catch (IllegalArgumentException _) {
        // the others remain
      }
    }
    return nodes;
  }

  /** A torrent known by a magnet link. */
  public static TorrentSpec of(MagnetLink link, Path folder) {
    var peers = new ArrayList<InetSocketAddress>();
    for (var peer : link.peers()) {
      try {
        var endpoint = Endpoint.parse(peer);
        endpoint
            .literal()
            .ifPresent(address -> peers.add(new InetSocketAddress(address, endpoint.port())));
      } catch (IllegalArgumentException _) {
        // not an address: the link's other sources remain
      }
    }
    return of(
            link.infoHash(),
            link.displayName(),
            Optional.empty(),
            link.trackers().stream().map(List::of).toList(),
            List.of(),
            folder)
        .peers(peers)
        .webSeeds(link.webSeeds());
  }

  private static TorrentSpec of(
      InfoHash hash,
      Optional<String> name,
      Optional<InfoDictionary> info,
      List<List<String>> trackers,
      List<Endpoint> nodes,
      Path folder) {
    return new TorrentSpec(
        hash,
        name,
        info,
        trackers,
        nodes,
        folder,
        ContentStore.Access.READ_WRITE,
        Selection.everything(),
        List.of(),
        List.of(),
        ReadingOrder.Mode.RAREST_FIRST,
        OptionalLong.empty(),
        OptionalLong.empty(),
        BrainConfig.DEFAULTS,
        _ -> {},
        _ -> {},
        _ -> {});
  }

  public TorrentSpec {
    trackers = trackers.stream().map(List::copyOf).toList();
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
    webSeeds = List.copyOf(webSeeds);
  }

  /** Seeds alone: nothing is ever written, not even a resume record. */
  public TorrentSpec readOnly() {
    return with(ContentStore.Access.READ_ONLY, selection, peers, upRate, downRate, policies);
  }

  /** Wants these files alone. */
  public TorrentSpec selection(Selection other) {
    return with(access, other, peers, upRate, downRate, policies);
  }

  /** Tries these peers besides. */
  public TorrentSpec peers(List<InetSocketAddress> others) {
    return with(access, selection, others, upRate, downRate, policies);
  }

  /** Takes the content from these web seeds too, in place of those that the torrent names. */
  public TorrentSpec webSeeds(List<String> urls) {
    return new TorrentSpec(
        infoHash,
        name,
        info,
        trackers,
        nodes,
        folder,
        access,
        selection,
        peers,
        urls,
        order,
        upRate,
        downRate,
        policies,
        progress,
        onMetadata,
        onDecision);
  }

  /** Fetches the pieces in this order. */
  public TorrentSpec order(ReadingOrder.Mode mode) {
    return new TorrentSpec(
        infoHash,
        name,
        info,
        trackers,
        nodes,
        folder,
        access,
        selection,
        peers,
        webSeeds,
        mode,
        upRate,
        downRate,
        policies,
        progress,
        onMetadata,
        onDecision);
  }

  /** Uploads at most so many bytes a second. */
  public TorrentSpec upRate(long bytesPerSecond) {
    return with(access, selection, peers, OptionalLong.of(bytesPerSecond), downRate, policies);
  }

  /** Downloads at most so many bytes a second. */
  public TorrentSpec downRate(long bytesPerSecond) {
    return with(access, selection, peers, upRate, OptionalLong.of(bytesPerSecond), policies);
  }

  /** Decides by these policies. */
  public TorrentSpec policies(BrainConfig others) {
    return with(access, selection, peers, upRate, downRate, others);
  }

  /** Tells these of what happens. */
  public TorrentSpec listeners(
      LongConsumer checked, Consumer<InfoDictionary> known, Consumer<Decision> decided) {
    return new TorrentSpec(
        infoHash, name, info, trackers, nodes, folder, access, selection, peers, webSeeds, order,
        upRate, downRate, policies, checked, known, decided);
  }

  private TorrentSpec with(
      ContentStore.Access a,
      Selection s,
      List<InetSocketAddress> p,
      OptionalLong up,
      OptionalLong down,
      BrainConfig b) {
    return new TorrentSpec(
        infoHash,
        name,
        info,
        trackers,
        nodes,
        folder,
        a,
        s,
        p,
        webSeeds,
        order,
        up,
        down,
        b,
        progress,
        onMetadata,
        onDecision);
  }
}
