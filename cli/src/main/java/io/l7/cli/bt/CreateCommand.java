package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.cli.Progress;
import io.l7.common.units.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 bt create}: makes a .torrent file. */
@Command(
    name = "create",
    description = {
      "Make a .torrent file of a file or a folder, hashing on all cores.",
      "The same content and options give the same bytes."
    })
final class CreateCommand extends L7Command {
  @Parameters(paramLabel = "PATH", description = "The file or folder to share.")
  private Path path = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "X.torrent",
      required = true,
      description = "Where to write it.")
  private Path output = Path.of("");

  @Option(
      names = {"-t", "--tracker"},
      paramLabel = "URL",
      description = "A tracker; each one is a tier, URLs joined by commas share one.")
  private List<String> trackers = new ArrayList<>();

  @Option(
      names = "--piece-length",
      paramLabel = "SIZE",
      description = "Default: 256KiB, longer above 512 MiB so that pieces stay below 2,048.")
  private @Nullable String pieceLength;

  @ArgGroup private @Nullable VersionChoice version;

  @Option(names = "--private", description = "Peers from the trackers alone (BEP 27).")
  private boolean isPrivate;

  @Option(names = "--comment", paramLabel = "S", description = "A remark.")
  private @Nullable String comment;

  @Option(
      names = "--web-seed",
      paramLabel = "URL",
      description = "Where the content is over HTTP (BEP 19); repeatable.")
  private List<String> webSeeds = new ArrayList<>();

  @Option(names = "--threads", paramLabel = "N", description = "Default: as many as cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** One of the three formats. */
  static final class VersionChoice {
    @Option(names = "--v1", description = "BEP 3 (default).")
    private boolean v1;

    @Option(names = "--hybrid", description = "BEP 3 and BEP 52 in one.")
    private boolean hybrid;

    @Option(names = "--v2", description = "BEP 52 alone; L7 itself cannot download it.")
    private boolean v2;

    InfoDictionary.Version choice() {
      if (hybrid) {
        return InfoDictionary.Version.HYBRID;
      }
      return v2 && !v1 ? InfoDictionary.Version.V2 : InfoDictionary.Version.V1;
    }
  }

  @Override
  protected int run() throws Exception {
    checkUrls();
    if (threads < 1) {
      throw usage("--threads: at least 1");
    }
    Metainfo made;
    try (var progress = new Progress(err(), "hashing", sizeOf(path))) {
      byte[] bytes = creator().create(progress::add);
      write(bytes);
      made = Metainfo.parse(bytes);
    } catch (MetainfoException e) {
      throw new Failure("create", e.reason(), e);
    }
    if (json()) {
      out().println(TorrentJson.of(made).put("file", output));
    } else {
      var info = made.info();
      out()
          .println(
              output
                  + ": "
                  + TorrentJson.hashOf(info)
                  + ", "
                  + Plain.text(info.name())
                  + ", "
                  + Units.size(info.totalLength())
                  + " in pieces of "
                  + Units.size(info.pieceLength()));
    }
    return 0;
  }

  private void write(byte[] bytes) throws IOException {
    try {
      Files.write(output, bytes);
    } catch (FileSystemException e) {
      throw e; // it names the file
    } catch (IOException e) {
      throw new Failure(output.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private MetainfoCreator creator() {
    var creator =
        MetainfoCreator.of(path)
            .version(version == null ? InfoDictionary.Version.V1 : version.choice())
            .privacy(isPrivate ? InfoDictionary.Privacy.PRIVATE : InfoDictionary.Privacy.PUBLIC)
            .trackers(trackers.stream().map(tier -> List.of(tier.split(",", -1))).toList())
            .webSeeds(webSeeds)
            .createdBy("L7 0.1")
            .threads(threads);
    if (pieceLength != null) {
      long length = size("--piece-length", pieceLength);
      if (length < 1 || length > 1 << 29) {
        throw usage("--piece-length: from 1 byte to 512MiB");
      }
      creator = creator.pieceLength((int) length);
    }
    return comment == null ? creator : creator.comment(comment);
  }

  private long size(String option, String typed) {
    try {
      return Units.parseSize(typed);
    } catch (IllegalArgumentException e) {
      throw usage(option + ": " + e.getMessage());
    }
  }

  /** Wrong ones would be found by every downloader, and not by who made the torrent. */
  private void checkUrls() {
    var urls = new ArrayList<>(webSeeds);
    trackers.forEach(tier -> urls.addAll(List.of(tier.split(",", -1))));
    for (var url : urls) {
      if (!url.matches("(?i)(https?|udp|wss?)://[^/].*")) {
        throw usage("not a URL of a tracker or web seed: " + url);
      }
    }
  }

  private static long sizeOf(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path) ? Files.size(path) : 0;
    }
    try (var walk = Files.walk(path)) {
      return walk.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause(); // a folder below that may not be read
    }
  }
}
