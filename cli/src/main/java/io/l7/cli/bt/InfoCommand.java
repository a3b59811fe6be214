package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.MagnetLink;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.common.json.Json;
import io.l7.common.units.Units;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code l7 bt info}: what a torrent or a magnet link says. */
@Command(name = "info", description = "Show what a .torrent file or a magnet link says.")
final class InfoCommand extends L7Command {
  @Parameters(paramLabel = "X.torrent|MAGNET", description = "What to show.")
  private String what = "";

  @Override
  protected int run() throws Exception {
    try {
      if (MagnetLink.looksLike(what)) {
        show(MagnetLink.parse(what));
      } else {
        show(Metainfo.read(Path.of(what)));
      }
    } catch (MetainfoException e) {
      throw new Failure(what, e.reason(), e);
    }
    return 0;
  }

  private void show(MagnetLink link) {
    if (json()) {
      out()
          .println(
              Json.object()
                  .put("infoHash", link.infoHash())
                  .put("name", link.displayName())
                  .put("trackers", link.trackers())
                  .put("peers", link.peers())
                  .put("webSeeds", link.webSeeds()));
      return;
    }
    line("info-hash", link.infoHash());
    link.displayName().ifPresent(name -> line("name", name));
    link.trackers().forEach(tracker -> line("tracker", tracker));
    link.peers().forEach(peer -> line("peer", peer));
    link.webSeeds().forEach(url -> line("web seed", url));
  }

  private void show(Metainfo metainfo) throws MetainfoException {
    if (json()) {
      out().println(TorrentJson.of(metainfo));
      return;
    }
    var info = metainfo.info();
    line("name", info.name());
    line("version", info.version().name().toLowerCase(Locale.ROOT));
    info.v1Hash().ifPresent(hash -> line("info-hash", hash));
    info.v2Hash().ifPresent(h -> line("info-hash v2", HexFormat.of().formatHex(h)));
    line("size", Units.size(info.totalLength()) + " (" + info.totalLength() + " bytes)");
    line("piece length", Units.size(info.pieceLength()));
    info.hashes().ifPresent(hashes -> line("pieces", hashes.count()));
    line("private", info.isPrivate() ? "yes" : "no");
    for (int tier = 0; tier < metainfo.trackers().size(); tier++) {
      line("tracker " + (tier + 1), String.join(" ", metainfo.trackers().get(tier)));
    }
    metainfo.webSeeds().forEach(url -> line("web seed", url));
    metainfo.comment().ifPresent(comment -> line("comment", comment));
    metainfo.createdBy().ifPresent(program -> line("created by", program));
    metainfo.creationDate().ifPresent(date -> line("created", date));
    if (info.version() == InfoDictionary.Version.V2) {
      line("note", "version 2 alone (BEP 52): L7 can show it, not download it");
      info.v2Files()
          .forEach(
              f ->
                  line(
                      "file",
                      String.join("/", f.rawPath().stream().map(e -> e.text()).toList())
                          + " "
                          + Units.size(f.length())));
    } else {
      line("magnet", MagnetLink.of(metainfo));
      info.files().stream()
          .filter(f -> !f.isPadding())
          .forEach(f -> line("file", f.path() + " " + Units.size(f.length())));
    }
  }

  private void line(String name, Object value) {
    // A torrent's texts come from strangers: nothing that could drive the terminal.
    out().printf("%-13s %s%n", name, Plain.text(value));
  }
}
