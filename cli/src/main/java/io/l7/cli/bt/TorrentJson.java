package io.l7.cli.bt;

import io.l7.bittorrent.bound.SwarmGauge;
import io.l7.bittorrent.dht.DhtStatus;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.bittorrent.peer.TorrentStatus;
import io.l7.common.json.Json;
import java.util.HexFormat;
import java.util.Locale;

/** Torrents as JSON. */
final class TorrentJson {
  private TorrentJson() {}

  static Json.ObjectBuilder of(Metainfo metainfo) throws MetainfoException {
    var info = metainfo.info();
    var json =
        Json.object()
            .put("name", info.name())
            .put("version", info.version().name().toLowerCase(Locale.ROOT))
            .put("infoHash", info.v1Hash())
            .put("infoHashV2", info.v2Hash().map(HexFormat.of()::formatHex))
            .put("pieceLength", info.pieceLength())
            .put("pieces", info.hashes().map(h -> h.count()))
            .put("totalLength", info.totalLength())
            .put("private", info.isPrivate())
            .put("trackers", metainfo.trackers())
            .put("webSeeds", metainfo.webSeeds())
            .put("comment", metainfo.comment())
            .put("createdBy", metainfo.createdBy())
            .put("creationDate", metainfo.creationDate())
            .put("files", info.files().stream().map(TorrentJson::file).toList());
    if (info.version() != InfoDictionary.Version.V2) {
      json.put("magnet", MagnetLink.of(metainfo).toString());
    } else {
      json.put(
          "files",
          info.v2Files().stream()
              .map(
                  f ->
                      Json.object()
                          .put(
                              "path",
                              String.join("/", f.rawPath().stream().map(e -> e.text()).toList()))
                          .put("length", f.length()))
              .toList());
    }
    return json;
  }

  private static Json.ObjectBuilder file(TorrentFile file) {
    var json = Json.object().put("path", file.path()).put("length", file.length());
    if (!file.attributes().isEmpty()) {
      json.put(
          "attributes",
          file.attributes().stream().map(a -> a.name().toLowerCase(Locale.ROOT)).sorted().toList());
    }
    file.symlink().ifPresent(target -> json.put("symlink", target));
    return json;
  }

  static String hashOf(InfoDictionary info) {
    return info.v1Hash()
        .map(Object::toString)
        .orElseGet(() -> HexFormat.of().formatHex(info.v2Hash().orElseThrow()));
  }

  static Json.ObjectBuilder of(TorrentStatus status) {
    return Json.object()
        .put("name", status.name())
        .put("infoHash", status.infoHash())
        .put("state", name(status.state()))
        .put("why", status.why())
        .put("pieces", status.pieces())
        .put("verified", status.verified())
        .put("wantedBytes", status.wantedBytes())
        .put("missingBytes", status.missingBytes())
        .put("received", status.received())
        .put("sent", status.sent())
        .put("wasted", status.wasted())
        .put("downRate", Math.round(status.downRate()))
        .put("upRate", Math.round(status.upRate()))
        .put("bound", status.bound().map(TorrentJson::bound))
        .put("knownPeers", status.knownPeers())
        .put("dht", status.dht().map(TorrentJson::dht))
        .put("peers", status.peers().stream().map(TorrentJson::peer).toList())
        .put(
            "trackers",
            status.trackers().stream()
                .map(
                    t ->
                        Json.object()
                            .put("url", t.url())
                            .put("working", t.working())
                            .put("says", t.text())
                            .put("complete", t.complete())
                            .put("incomplete", t.incomplete()))
                .toList())
        .put("webSeeds", status.webSeeds().stream().map(TorrentJson::webSeed).toList());
  }

  static Json.ObjectBuilder dht(DhtStatus status) {
    return Json.object()
        .put("nodes", status.nodes())
        .put("lookups", status.lookups())
        .put("announces", status.announces())
        .put("storedTorrents", status.torrents())
        .put("storedPeers", status.peers());
  }

  /** The bound meter; times in seconds, rates in bytes a second. */
  private static Json.ObjectBuilder bound(SwarmGauge.Reading reading) {
    return Json.object()
        .put("d_p2p_s", thousandths(reading.bound().seconds()))
        .put("binds", reading.bound().term().formula())
        .put("elapsed_s", thousandths(reading.elapsedSeconds()))
        .put("delivered", thousandths(reading.delivered()))
        .put("efficiency", thousandths(reading.efficiency()))
        .put("leechers", reading.leechers())
        .put("seedRate", Math.round(reading.seedBytesPerSecond()))
        .put("uplinkRate", Math.round(reading.uplinkBytesPerSecond()));
  }

  private static double thousandths(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static Json.ObjectBuilder peer(TorrentStatus.PeerLine line) {
    var view = line.view();
    return Json.object()
        .put("address", view.peer().label())
        .put("client", line.client())
        .put("pieces", view.pieces())
        .put("interestedInUs", view.interestedInUs())
        .put("unchokedByUs", view.unchokedByUs())
        .put("interesting", view.interesting())
        .put("unchokesUs", view.unchokesUs())
        .put("snubbing", view.snubbing())
        .put("idle", view.idle())
        .put("downRate", Math.round(view.givesUs()))
        .put("upRate", Math.round(view.takesFromUs()))
        .put("received", view.received())
        .put("sent", view.sent())
        .put("requested", view.requested())
        .put("why", line.why());
  }

  private static Json.ObjectBuilder webSeed(TorrentStatus.WebSeedLine line) {
    return Json.object()
        .put("url", line.url())
        .put("downRate", Math.round(line.view().map(v -> v.givesUs()).orElse(0.0)))
        .put("received", line.view().map(v -> v.received()).orElse(0L))
        .put("requested", line.view().map(v -> v.requested()).orElse(0))
        .put("why", line.why());
  }

  static String name(TorrentState state) {
    return switch (state) {
      case TorrentState.FetchingMetadata() -> "fetching metadata";
      case TorrentState.Checking() -> "checking";
      case TorrentState.Downloading() -> "downloading";
      case TorrentState.Seeding() -> "seeding";
      case TorrentState.Failed(var why) -> "failed: " + why;
      case TorrentState.Closed() -> "closed";
    };
  }
}
