package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.Recheck;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Progress;
import io.l7.common.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 bt verify}: hashes what is on disk. */
@Command(
    name = "verify",
    description = {
      "Hash every piece on disk and compare.",
      "Exit status 1 when a piece is missing or wrong; the files it touches are named."
    })
final class VerifyCommand extends L7Command {
  @Parameters(paramLabel = "X.torrent", description = "The torrent.")
  private Path file = Path.of("");

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      required = true,
      description = "The folder that holds the content.")
  private Path folder = Path.of("");

  @Option(names = "--threads", paramLabel = "N", description = "Default: as many as cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  protected int run() throws Exception {
    Metainfo metainfo;
    try {
      metainfo = Metainfo.read(file);
    } catch (MetainfoException e) {
      throw new Failure(file.toString(), e.reason(), e);
    }
    var info = metainfo.info();
    var hashes =
        info.hashes()
            .orElseThrow(
                () ->
                    new Failure(
                        file.toString(),
                        "version 2 alone (BEP 52) is not supported; a hybrid works"));
    long start = System.nanoTime();
    Bitfield right;
    try (var store =
            new ContentStore(folder, info, ContentStore.Access.READ_ONLY, StorageLimits.DEFAULT);
        var progress = new Progress(err(), "checking", info.totalLength())) {
      right = new Recheck(store, hashes, threads).run(Bitfield.full(hashes.count()), progress::add);
    }
    var damaged = damagedFiles(metainfo, right);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (json()) {
      out()
          .println(
              Json.object()
                  .put("infoHash", info.v1Hash())
                  .put("pieces", right.size())
                  .put("verified", right.count())
                  .put("complete", right.isFull())
                  .put("damaged", damaged)
                  .put("seconds", Math.round(seconds * 1000) / 1000.0));
    } else {
      damaged.forEach(path -> out().println("damaged: " + path));
      out().println(right.count() + " of " + right.size() + " pieces verified");
    }
    return right.isFull() ? 0 : 1;
  }

  private static List<String> damagedFiles(Metainfo metainfo, Bitfield right) {
    var layout = metainfo.info().pieces();
    var damaged = new ArrayList<String>();
    for (var file : metainfo.info().files()) {
      if (file.length() > 0 && !file.isPadding()) {
        int first = layout.pieceAt(file.offset());
        int last = layout.pieceAt(file.end() - 1);
        int wrong = right.nextClear(first);
        if (wrong >= 0 && wrong <= last) {
          damaged.add(file.path());
        }
      }
    }
    return damaged;
  }
}
