package io.l7.cli.dash;

import io.l7.cli.L7Command;
import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.common.units.Units;
import io.l7.dash.bmff.BmffException;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.Children;
import io.l7.dash.pack.FfmpegEncoder;
import io.l7.dash.pack.FfmpegProgram;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.Ladder;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.PackException;
import io.l7.dash.pack.Presentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dash pack}. */
@Command(
    name = "pack",
    description = {
      "Turn a video into a ladder of rates, segments and an MPD.",
      "Given several MP4 files, or --copy, it packages them without encoding."
    })
final class PackCommand extends L7Command {
  @Parameters(arity = "1..*", paramLabel = "VIDEO", description = "A video, or MP4 renditions.")
  private List<Path> videos = List.of();

  @Option(names = "-o", required = true, paramLabel = "DIR", description = "Where to write.")
  private Path directory = Path.of(".");

  @Option(
      names = "--ladder",
      paramLabel = "RUNGS",
      description = "Rungs such as 144p@150k,360p@700k (default: the usual ones up to the source).")
  private @Nullable String ladder;

  @Option(
      names = "--segment",
      paramLabel = "TIME",
      description = "Duration of a segment (default 4s).")
  private Duration segment = Duration.ofSeconds(4);

  @Option(names = "--hls", description = "Write HLS playlists over the same segments.")
  private boolean hls;

  @Option(names = "--copy", description = "Package an MP4 as it is, without encoding.")
  private boolean copy;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      description = "timeline, number or on-demand (default timeline).")
  private String form = "timeline";

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "Where the segments will be; repeatable, in order of preference.")
  private List<String> baseUrls = List.of();

  @Override
  protected int run() throws Exception {
    if (segment.compareTo(Duration.ofMillis(200)) < 0) {
      throw usage("--segment: at least 200ms");
    }
    ManifestForm manifest;
    try {
      manifest = ManifestForm.parse(form);
    } catch (IllegalArgumentException e) {
      throw usage("--form: timeline, number or on-demand");
    }
    for (Path video : videos) {
      if (!Files.isReadable(video)) {
        throw failure(video.toString(), "no such file, or not readable");
      }
    }
    if (ladder != null && (copy || videos.size() > 1)) {
      throw usage("--ladder encodes one video; --copy and several files are not encoded");
    }
    var lists = hls ? FolderPacker.Playlists.HLS : FolderPacker.Playlists.NONE;
    var packer = new FolderPacker(directory, manifest, lists, baseUrls);
    try {
      return pack(packer);
    } catch (PackException | BmffException e) {
      throw failure(videos.getFirst().toString(), String.valueOf(e.getMessage()));
    }
  }

  private int pack(FolderPacker packer) throws IOException {
    boolean encoded = !copy && videos.size() == 1;
    var work = encoded ? Optional.of(Files.createTempDirectory("l7-pack")) : Optional.<Path>empty();
    var children = new Children();
    var end = new Thread(() -> abandon(packer, children, work), "abandon");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return pack(
          packer, work.isPresent() ? encode(children, videos.getFirst(), work.get()) : videos);
    } finally {
      if (isAtWork(end) && work.isPresent()) {
        delete(work.get());
      }
    }
  }

  /** Whether nobody has told this process to end; from here on nobody else clears up. */
  private static boolean isAtWork(Thread end) {
    try {
      return Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException _) {
      return false; // it is ending, and the hook clears up
    }
  }

  /** A signal ends the encoder too, and leaves no renditions behind and no half a file. */
  private static void abandon(FolderPacker packer, Children children, Optional<Path> work) {
    children.close();
    try {
      packer.abandon();
      if (work.isPresent()) {
        delete(work.get());
      }
    } catch (IOException _) {
      // there is nobody left to tell
    }
  }

  private List<Path> encode(Children children, Path video, Path work) throws IOException {
    var encoder = new FfmpegEncoder(FfmpegProgram.find(), children);
    var source = encoder.probe(video);
    Ladder rungs = ladder(source.height());
    long total = source.duration().map(Duration::toMillis).orElse(0L);
    try (var bar = new EncodingBar(err(), total)) {
      return encoder.encode(video, rungs, segment, work, bar::at);
    }
  }

  private Ladder ladder(int height) {
    if (ladder == null) {
      return Ladder.upTo(height);
    }
    try {
      return Ladder.parse(ladder);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int pack(FolderPacker packer, List<Path> sources) throws IOException {
    try (var film = Presentation.open(sources, segment, Disk.real(), DashLimits.defaults())) {
      long bytes = packer.write(film);
      if (json()) {
        out()
            .println(
                Json.object()
                    .put("manifest", directory.resolve("manifest.mpd").toString())
                    .put("duration_ms", film.durationMs())
                    .put("bytes", bytes)
                    .put(
                        "representations",
                        film.renditions().stream()
                            .map(
                                r ->
                                    Json.object()
                                        .put("id", r.id())
                                        .put("codecs", r.track().sampleEntry().codecs())
                                        .put("bandwidth", r.peakBandwidth())
                                        .put("segments", r.index().count())
                                        .build())
                            .toList())
                    .build());
        return 0;
      }
      for (var r : film.renditions()) {
        out()
            .printf(
                "%-8s %-36s %7.0f kbit/s mean %7.0f peak  %d segments%n",
                r.id(),
                r.describe(),
                r.meanBandwidth() / 1000.0,
                r.peakBandwidth() / 1000.0,
                r.index().count());
      }
      out().println(directory.resolve("manifest.mpd") + "  " + Units.size(bytes));
      return 0;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
