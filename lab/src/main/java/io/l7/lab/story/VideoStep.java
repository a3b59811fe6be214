package io.l7.lab.story;

import static io.l7.lab.story.Checks.await;
import static io.l7.lab.story.Checks.demand;
import static io.l7.lab.story.Checks.findable;

import io.l7.common.disk.Disk;
import io.l7.common.link.Impairment;
import io.l7.common.units.Units;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.Children;
import io.l7.dash.pack.Encoder;
import io.l7.dash.pack.FfmpegEncoder;
import io.l7.dash.pack.FfmpegProgram;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.Ladder;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.play.PlayClock;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.video.Cdn;
import io.l7.lab.video.Viewer;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A video is packed, served from an origin through three CDN edges that DNS chooses among, and
 * played; an edge dies mid-way, and nobody who watches notices.
 */
public final class VideoStep implements Step {
  private static final String LADDER = "144p@150k,240p@350k,360p@700k";
  private static final Duration SEGMENT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CHUNKS_BEFORE_THE_DEATH = 5;
  private static final String ORIGIN = "origin.netcinema.lab";
  private static final long VIEWER_DOWN = 1_000_000;

  private final World world;
  private final Optional<Path> video;
  private final Children children = new Children();
  private final AtomicInteger chunks = new AtomicInteger();
  private final AtomicInteger atOrigin = new AtomicInteger();
  private volatile @Nullable LabHost dead;
  private volatile @Nullable Cdn cdn;

  /** A step on {@code world} with a video, or with a test clip. */
  public VideoStep(World world, Optional<Path> video) {
    this.world = world;
    this.video = video;
  }

  /** The edges, once the step has come to them. */
  public Optional<Cdn> cdn() {
    return Optional.ofNullable(cdn);
  }

  @Override
  public String name() {
    return "dash";
  }

  @Override
  public void breakOff() {
    children.close();
  }

  @Override
  public Figures perform() throws Exception {
    var clip = video.isPresent() ? video.get() : Clip.make(world.folder(), children);
    Domains.add(world, "netcinema.lab");
    long start = System.nanoTime();
    var packed = pack(clip);
    var packing = Duration.ofNanos(System.nanoTime() - start);

    var films = new DashHandler(new PackedFolder(packed), report -> {});
    world.site(
        ORIGIN,
        Role.ORIGIN,
        request -> {
          atOrigin.incrementAndGet();
          return films.handle(request);
        });
    var edges = new Cdn(world, ORIGIN, this::count);
    cdn = edges;
    world.links().down(viewer().address()).impairment(Impairment.NONE.rate(VIEWER_DOWN));
    findable(world, Cdn.NAME);
    for (var name : Cdn.edgeNames()) findable(world, name);
    var report = new Viewer(world, viewer()).watch(PlayClock.Pace.FAST);

    var victim = dead;
    if (victim == null) throw new AssertionError("no edge died: the film was over too soon");
    demand(report.stalls() == 0, report.stalls() + " stalls after " + victim.name() + " died");
    var noticed =
        await(
            "DNS leaving out the dead edge",
            PATIENCE,
            () -> !edges.given().contains(victim.address()));

    return new Figures()
        .put("packed in", Units.duration(packing))
        .put("played", String.format(Locale.ROOT, "%.0f s", report.playedMs() / 1000))
        .put("start-up", String.format(Locale.ROOT, "%.0f ms", report.startupMs()))
        .put("mean", String.format(Locale.ROOT, "%.0f kbit/s", report.kbps()))
        .put("edge killed", victim.name())
        .put("stalls", Integer.toString(report.stalls()))
        .put("DNS left it out after", Units.duration(noticed))
        .put("origin asked", atOrigin.get() + " times for " + report.chunks().size() + " requests");
  }

  /** Who watches. */
  public LabHost viewer() {
    return world.host("viewer.netcinema.lab", Role.CLIENT);
  }

  /** The edge that is asked for the fifth chunk dies of it. */
  private void count(Cdn.Asked asked) {
    if (!asked.path().endsWith(".m4s") || chunks.incrementAndGet() != CHUNKS_BEFORE_THE_DEATH)
      return;
    dead = asked.edge();
    var edges = cdn;
    if (edges != null) Thread.ofVirtual().name("lab-kill").start(() -> edges.kill(asked.edge()));
  }

  private Path pack(Path clip) throws IOException {
    var work = Files.createDirectories(world.folder().resolve("renditions"));
    var directory = world.folder().resolve("film");
    List<Path> renditions;
    try {
      renditions =
          new FfmpegEncoder(FfmpegProgram.find(), children)
              .encode(clip, Ladder.parse(LADDER), SEGMENT, work, Encoder.Progress.NONE);
    } catch (IOException e) {
      throw new IOException(clip.getFileName() + ": " + e.getMessage(), e);
    }
    var baseUrls = new ArrayList<String>();
    for (var edge : Cdn.edgeNames()) baseUrls.add(world.url("http", edge, "/"));
    try (var film = Presentation.open(renditions, SEGMENT, Disk.real(), DashLimits.defaults())) {
      new FolderPacker(directory, ManifestForm.TIMELINE, FolderPacker.Playlists.NONE, baseUrls)
          .write(film);
    }
    return directory;
  }
}
