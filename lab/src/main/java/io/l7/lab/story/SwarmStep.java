package io.l7.lab.story;

import static io.l7.lab.story.Checks.demand;
import static io.l7.lab.story.Checks.findable;

import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.bound.Bound;
import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.bound.DistributionCurve;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.common.json.Json;
import io.l7.common.link.Impairment;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.swarm.Swarm;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One file to N peers, first by client and server, then by a swarm, over links with enforced rates;
 * both times beside the textbook's bounds, D_cs and D_p2p.
 */
public final class SwarmStep implements Step {
  private static final int FILE_OCTETS = 3_000_000;
  private static final int PIECE_OCTETS = 64 * 1024;
  private static final long SEED_UP = 2_000_000;
  private static final long PEER_UP = 1_000_000;
  private static final long PEER_DOWN = 8_000_000;
  private static final List<Integer> PEERS = List.of(2, 5);
  private static final List<Integer> CURVE = IntStream.rangeClosed(1, 12).boxed().toList();
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int TRACKER_PORT = 6969;
  private static final String TRACKER = "tracker.swarm.lab";
  private static final String SERVER = "seed.swarm.lab";
  private static final String FILE = "film.bin";

  /** Peers that may join after the story. */
  private static final int MOST_LATER = 10;

  private final World world;
  private final RandomGenerator random;
  private @Nullable Swarm later;

  /** The story uses the same hosts. */
  private volatile boolean over;

  /** A step on {@code world}. */
  public SwarmStep(World world, RandomGenerator random) {
    this.world = world;
    this.random = random;
  }

  @Override
  public String name() {
    return "bittorrent";
  }

  private record Measured(int peers, double clientServer, double swarm) {}

  @Override
  public Figures perform() throws Exception {
    try {
      return distribute();
    } finally {
      over = true;
    }
  }

  private Figures distribute() throws Exception {
    Domains.add(world, "swarm.lab");
    var content = new byte[FILE_OCTETS];
    random.nextBytes(content);
    var file = world.folder().resolve(FILE);
    Files.write(file, content);

    world.links().up(seed().address()).impairment(Impairment.NONE.rate(SEED_UP));
    var peers = IntStream.rangeClosed(1, PEERS.getLast()).mapToObj(this::peer).toList();
    var server =
        world.site(
            SERVER,
            Role.PEER,
            request -> Response.ok("application/octet-stream", Body.of(content)));
    var trackerHost = world.host(TRACKER, Role.TRACKER);
    world.own(
        Tracker.builder()
            .network(trackerHost.network())
            .http(trackerHost.at(TRACKER_PORT))
            .start());

    findable(world, TRACKER);
    findable(world, SERVER);
    var measured = new ArrayList<Measured>();
    show(measured);
    for (int count : PEERS) {
      var members = peers.subList(0, count);
      double clientServer = clientServer(members, content);
      double swarm = swarm(members, file, content, count);
      measured.add(new Measured(count, clientServer, swarm));
      show(measured);
    }
    server.close();

    var figures = new Figures();
    for (var m : measured) {
      var capacity = capacity(m.peers);
      double boundCs = Bound.clientServer(capacity).seconds();
      double boundP2p = Bound.peerToPeer(capacity).seconds();
      figures.put(
          "N=" + m.peers + " client-server",
          seconds(m.clientServer) + " (bound " + seconds(boundCs) + ")");
      figures.put(
          "N=" + m.peers + " swarm", seconds(m.swarm) + " (bound " + seconds(boundP2p) + ")");
      demand(
          m.clientServer >= boundCs * 0.95, "client and server were faster than the links allow");
      demand(m.swarm >= boundP2p * 0.9, "the swarm was faster than the links allow");
    }
    var last = measured.getLast();
    demand(last.swarm < last.clientServer, "the swarm was slower than one server");
    return figures.put("file", FILE_OCTETS / 1_000_000 + " MB");
  }

  private LabHost peer(int number) {
    var host = world.host("peer" + number + ".swarm.lab", Role.PEER);
    world.links().up(host.address()).impairment(Impairment.NONE.rate(PEER_UP));
    world.links().down(host.address()).impairment(Impairment.NONE.rate(PEER_DOWN));
    return host;
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.1f s", value);
  }

  private static Capacity capacity(int peers) {
    var links = new Capacity.Links(PEER_UP * 8.0, PEER_DOWN * 8.0);
    return new Capacity(
        FILE_OCTETS * 8.0, SEED_UP * 8.0, java.util.Collections.nCopies(peers, links));
  }

  /** All fetch at once from the one server; the time of the last. */
  private double clientServer(List<LabHost> members, byte[] content) throws Exception {
    long start = System.nanoTime();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Boolean>>();
      for (var member : members) all.add(tasks.submit(() -> fetched(member, content)));
      for (var one : all) demand(one.get(), "a peer got another file from the server");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private boolean fetched(LabHost member, byte[] content) throws IOException {
    try (var client = world.browser(member)) {
      var response = client.send(Request.get(world.url("http", SERVER, "/" + FILE)));
      return Arrays.equals(response.body().bytes(FILE_OCTETS), content);
    }
  }

  private double swarm(List<LabHost> hosts, Path file, byte[] content, int round) throws Exception {
    var metainfo = described(file, round);
    double slowest = 0;
    try (var swarm = new Swarm(world, metainfo, seed(), world.folder())) {
      for (var host : hosts) swarm.join(host, folder(round, host));
      try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
        var times = new ArrayList<Future<OptionalDouble>>();
        for (var member : swarm.leechers()) times.add(tasks.submit(() -> member.await(PATIENCE)));
        for (int i = 0; i < times.size(); i++) {
          var host = hosts.get(i);
          double seconds =
              times
                  .get(i)
                  .get()
                  .orElseThrow(
                      () ->
                          new AssertionError(
                              host.name() + " did not finish in " + PATIENCE.toSeconds() + " s"));
          slowest = Math.max(slowest, seconds);
          demand(
              Arrays.equals(Files.readAllBytes(folder(round, host).resolve(FILE)), content),
              host.name() + " has another file");
        }
      }
      swarm.show();
    }
    return slowest;
  }

  private Path folder(int round, LabHost host) {
    return world.folder().resolve("round" + round + "-" + host.name());
  }

  private LabHost seed() {
    return world.host(SERVER, Role.PEER);
  }

  private static Metainfo described(Path file, int round) throws Exception {
    var url = "http://" + TRACKER + ":" + TRACKER_PORT + "/announce";
    // Each round is a torrent of its own: its comment is outside the info-hash, its privacy is not.
    var privacy = round % 2 == 0 ? InfoDictionary.Privacy.PUBLIC : InfoDictionary.Privacy.PRIVATE;
    return Metainfo.parse(
        MetainfoCreator.of(file)
            .pieceLength(PIECE_OCTETS)
            .trackers(List.of(List.of(url)))
            .privacy(privacy)
            .create(done -> {}));
  }

  /**
   * Lets one more peer join, after the story: a swarm of its own, that the first to join begins.
   *
   * @return what has happened, in words
   */
  public synchronized String joinOneMore() throws Exception {
    var file = world.folder().resolve(FILE);
    if (!over || !Files.exists(file)) return "wait until the story is through with the swarm";
    var swarm = later;
    if (swarm == null) {
      swarm = world.own(new Swarm(world, described(file, 0), seed(), world.folder()));
      later = swarm;
    }
    int number = swarm.leechers().size() + 1;
    if (number > MOST_LATER) return MOST_LATER + " peers are enough for this picture";
    var host = peer(number);
    swarm.join(host, folder(0, host));
    return host.name() + " has joined";
  }

  private void show(List<Measured> measured) {
    var links = new Capacity.Links(PEER_UP * 8.0, PEER_DOWN * 8.0);
    var points = new ArrayList<Json>();
    for (var point : DistributionCurve.of(FILE_OCTETS * 8.0, SEED_UP * 8.0, links, CURVE)) {
      var json =
          Json.object()
              .put("peers", point.peers())
              .put("boundCs", point.clientServer().seconds())
              .put("boundP2p", point.peerToPeer().seconds());
      measured.stream()
          .filter(m -> m.peers == point.peers())
          .findFirst()
          .ifPresent(m -> json.put("cs", m.clientServer).put("p2p", m.swarm));
      points.add(json.build());
    }
    world.events().publish("curve", Json.object().put("points", points));
  }
}
