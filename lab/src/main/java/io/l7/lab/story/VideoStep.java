package io.l7.lab.story;

import static io.l7.lab.story.Checks.await;
import static io.l7.lab.story.Checks.demand;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.common.link.Impairment;
import io.l7.common.units.Units;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.Encoder;
import io.l7.dash.pack.FfmpegEncoder;
import io.l7.dash.pack.FfmpegProgram;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.Ladder;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.play.PlayClock;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.routing.HealthCheck;
import io.l7.dns.routing.Member;
import io.l7.dns.routing.RoutedSet;
import io.l7.http.HttpServer;
import io.l7.http.cache.HttpCache;
import io.l7.http.message.Handler;
import io.l7.http.proxy.ReverseProxy;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A video is packed, served from an origin through three CDN edges that DNS chooses among, and
 * played; an edge dies mid-way, and nobody who watches notices.
 */
public final class VideoStep implements Step {
  private static final String LADDER = "144p@150k,240p@350k,360p@700k";
  private static final Duration SEGMENT = Duration.ofSeconds(2);
  private static final Duration BUFFER = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int EDGES = 3;
  private static final int CHUNKS_BEFORE_THE_DEATH = 5;
  private static final long TTL = 1;
  private static final String CDN = "video.kingcdn.lab";

  private final World world;
  private final Optional<Path> video;
  private final ConcurrentHashMap<String, HttpServer> edges = new ConcurrentHashMap<>();
  private final AtomicInteger chunks = new AtomicInteger();
  private final AtomicInteger atOrigin = new AtomicInteger();
  private volatile String dead = "";

  /** A step on {@code world} with a video, or with a test clip. */
  public VideoStep(World world, Optional<Path> video) {
    this.world = world;
    this.video = video;
  }

  @Override
  public String name() {
    return "dash";
  }

  @Override
  public Figures perform() throws Exception {
    var clip = video.isPresent() ? video.get() : Clip.make(world.folder());
    Domains.add(world, "netcinema.lab");
    long start = System.nanoTime();
    var packed = pack(clip);
    var packing = Duration.ofNanos(System.nanoTime() - start);

    var films = new DashHandler(new PackedFolder(packed), report -> {});
    world.site(
        "origin.netcinema.lab",
        Role.ORIGIN,
        request -> {
          atOrigin.incrementAndGet();
          return films.handle(request);
        });
    var hosts = edges();
    names(hosts);

    var viewer = world.host("viewer.netcinema.lab", Role.CLIENT);
    world.links().down(viewer.address()).impairment(Impairment.NONE.rate(1_000_000));
    PlayReport report;
    try (var client = world.browser(viewer)) {
      report =
          Player.of(URI.create(world.url("http", CDN, "/manifest.mpd")))
              .client(client)
              .buffer(BUFFER)
              .pace(PlayClock.Pace.FAST)
              .play();
    }
    show(report);
    demand(!dead.isEmpty(), "no edge died: the film was over too soon");
    demand(report.stalls() == 0, report.stalls() + " stalls after " + dead + " died");
    var gone =
        InetAddress.ofLiteral(
            hosts.stream()
                .filter(h -> h.name().equals(dead))
                .findFirst()
                .orElseThrow()
                .address()
                .getHostAddress());
    var noticed = await("DNS leaving out the dead edge", PATIENCE, () -> !given().contains(gone));

    return new Figures()
        .put("packed in", Units.duration(packing))
        .put("played", String.format(Locale.ROOT, "%.0f s", report.playedMs() / 1000))
        .put("start-up", String.format(Locale.ROOT, "%.0f ms", report.startupMs()))
        .put("mean", String.format(Locale.ROOT, "%.0f kbit/s", report.kbps()))
        .put("edge killed", dead)
        .put("stalls", Integer.toString(report.stalls()))
        .put("DNS left it out after", Units.duration(noticed))
        .put("origin asked", atOrigin.get() + " times for " + report.chunks().size() + " requests");
  }

  private Path pack(Path clip) throws IOException {
    var work = Files.createDirectories(world.folder().resolve("renditions"));
    var directory = world.folder().resolve("film");
    List<Path> renditions;
    try {
      renditions =
          new FfmpegEncoder(FfmpegProgram.find())
              .encode(clip, Ladder.parse(LADDER), SEGMENT, work, Encoder.Progress.NONE);
    } catch (IOException e) {
      throw new IOException(clip.getFileName() + ": " + e.getMessage(), e);
    }
    var baseUrls = new ArrayList<String>();
    for (int i = 1; i <= EDGES; i++) baseUrls.add(world.url("http", edge(i), "/"));
    try (var film = Presentation.open(renditions, SEGMENT, Disk.real(), DashLimits.defaults())) {
      new FolderPacker(directory, ManifestForm.TIMELINE, FolderPacker.Playlists.NONE, baseUrls)
          .write(film);
    }
    return directory;
  }

  private static String edge(int number) {
    return "edge" + number + ".kingcdn.lab";
  }

  /** Three caches in front of the origin, each a little farther away than the one before. */
  private List<LabHost> edges() throws IOException {
    var hosts = new ArrayList<LabHost>();
    for (int i = 1; i <= EDGES; i++) {
      var host = world.hosts().make(edge(i), Role.EDGE);
      hosts.add(host);
      world.links().up(host.address()).impairment(Impairment.NONE.rate(2_000_000));
      edges.put(host.name(), serve(world, host));
    }
    return hosts;
  }

  private HttpServer serve(World world, LabHost host) throws IOException {
    var toOrigin = world.own(world.browser(host));
    var proxy =
        world.own(
            ReverseProxy.over(toOrigin.transport())
                .upstream(URI.create(world.url("http", "origin.netcinema.lab", "")))
                .build());
    var cache = world.own(HttpCache.before(proxy).name(host.name()).build());
    return world.own(
        HttpServer.builder()
            .network(host.network())
            .listen(host.at(world.ports().of(80)))
            .handler(killing(host, cache))
            .transcript(world.transcript())
            .start());
  }

  /** The edge that serves the fifth chunk dies of it. */
  private Handler killing(LabHost host, Handler cache) {
    return request -> {
      if (request.path().endsWith(".m4s") && chunks.incrementAndGet() == CHUNKS_BEFORE_THE_DEATH) {
        dead = host.name();
        world.events().cause("dash", host.name() + " dies");
        world
            .events()
            .publish(
                "host",
                Json.object().put("address", host.address().getHostAddress()).put("up", false));
        var server = edges.get(host.name());
        if (server != null) Thread.ofVirtual().name("lab-kill").start(server::close);
      }
      return cache.handle(request);
    };
  }

  /** One name for all edges; who is down is left out of the answer. */
  private void names(List<LabHost> hosts) throws Exception {
    var members = new ArrayList<Member>();
    for (var host : hosts) {
      var address = RecordText.parse(RRType.A, host.address().getHostAddress(), Name.ROOT);
      var check = new HealthCheck.Tcp(host.at(world.ports().of(80)));
      members.add(new Member(address, 1, Optional.of(check), List.of()));
    }
    var routed = new RoutedSet(Name.parse(CDN + "."), RRType.A, members);
    var zone = Domains.add(world, "kingcdn.lab", List.of(routed));
    for (var host : hosts) {
      world.names().address(host);
      zone.add(CDN + ".", TTL, "A", host.address().getHostAddress());
    }
  }

  private List<InetAddress> given() {
    return world.resolver().lookup(CDN + ".", RRType.A).data().stream()
        .map(Rdata::asAddress)
        .toList();
  }

  private void show(PlayReport report) {
    boolean first = true;
    for (var chunk : report.chunks()) {
      if (!chunk.kind().equals("video")) continue;
      world
          .events()
          .publish(
              "player",
              Json.object()
                  .put("start", first)
                  .put("at", (chunk.startMs() + chunk.elapsedMs()) / 1000)
                  .put("buffer", chunk.bufferMs() / 1000)
                  .put("bitrate", chunk.nominalKbps() * 1000)
                  .put("throughput", chunk.measuredKbps() * 1000)
                  .put("edge", String.valueOf(URI.create(chunk.url()).getHost()))
                  .put("stalls", report.stalls()));
      first = false;
    }
  }
}
