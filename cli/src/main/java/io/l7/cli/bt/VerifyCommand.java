package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.Recheck;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.cli.Described;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Progress;
import io.l7.common.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code l7 bt verify}: hashes what is on disk. */
final class VerifyCommand extends L7Command {
  private Path file = Path.of("");
  private Path folder = Path.of("");
  private int threads = Runtime.getRuntime().availableProcessors();

  /** What it takes, in code: to read it from annotations took longer than to hash 200 MB. */
  CommandSpec describe() {
    return describe(
            "verify",
            "Hash every piece on disk and compare.",
            "Exit status 1 when a piece is missing or wrong; the files it touches are named.")
        .addOption(
            OptionSpec.builder("-d", "--dir")
                .type(Path.class)
                .required(true)
                .setter(new Described.Field<>(() -> folder, path -> folder = path))
                .paramLabel("DIR")
                .description("The folder that holds the content.")
                .build())
        .addOption(
            OptionSpec.builder("--threads")
                .type(int.class)
                .setter(new Described.Field<>(() -> threads, count -> threads = count))
                .hasInitialValue(false)
                .paramLabel("N")
                .description("Default: as many as cores.")
                .build())
        .addPositional(
            PositionalParamSpec.builder()
                .type(Path.class)
                .required(true)
                .arity("1")
                .setter(new Described.Field<>(() -> file, path -> file = path))
                .paramLabel("X.torrent")
                .description("The torrent.")
                .build());
  }

  @Override
  protected int run() throws Exception {
    if (threads < 1) {
      throw usage("--threads: at least 1");
    }
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
