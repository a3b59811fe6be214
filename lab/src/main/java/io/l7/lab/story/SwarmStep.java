package io.l7.lab.story;

import static io.l7.lab.story.Checks.demand;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.bound.Bound;
import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.bound.DistributionCurve;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.common.json.Json;
import io.l7.common.link.Impairment;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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
  private static final int PEER_PORT = 6881;

  private final World world;
  private final RandomGenerator random;

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
    Domains.add(world, "swarm.lab");
    var content = new byte[FILE_OCTETS];
    random.nextBytes(content);
    var file = world.folder().resolve("film.bin");
    Files.write(file, content);

    var seed = world.host("seed.swarm.lab", Role.PEER);
    world.links().up(seed.address()).impairment(Impairment.NONE.rate(SEED_UP));
    var peers = new ArrayList<LabHost>();
    for (int i = 1; i <= PEERS.getLast(); i++) {
      var peer = world.host("peer" + i + ".swarm.lab", Role.PEER);
      world.links().up(peer.address()).impairment(Impairment.NONE.rate(PEER_UP));
      world.links().down(peer.address()).impairment(Impairment.NONE.rate(PEER_DOWN));
      peers.add(peer);
    }
    var server =
        world.site(
            "seed.swarm.lab",
            Role.PEER,
            request -> Response.ok("application/octet-stream", Body.of(content)));
    var trackerHost = world.host("tracker.swarm.lab", Role.TRACKER);
    world.own(
        Tracker.builder()
            .network(trackerHost.network())
            .http(trackerHost.at(TRACKER_PORT))
            .start());

    var measured = new ArrayList<Measured>();
    show(measured);
    for (int count : PEERS) {
      var members = peers.subList(0, count);
      double clientServer = clientServer(members, content);
      double swarm = swarm(seed, members, file, content, count);
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
      var response = client.send(Request.get(world.url("http", "seed.swarm.lab", "/film.bin")));
      return Arrays.equals(response.body().bytes(FILE_OCTETS), content);
    }
  }

  private double swarm(
      LabHost seedHost, List<LabHost> members, Path file, byte[] content, int round)
      throws Exception {
    var url = "http://tracker.swarm.lab:" + TRACKER_PORT + "/announce";
    byte[] torrent =
        MetainfoCreator.of(file)
            .pieceLength(PIECE_OCTETS)
            .trackers(List.of(List.of(url)))
            .comment("round " + round)
            .privacy(
                round % 2 == 0
                    ? io.l7.bittorrent.metainfo.InfoDictionary.Privacy.PUBLIC
                    : io.l7.bittorrent.metainfo.InfoDictionary.Privacy.PRIVATE)
            .create(done -> {});
    var metainfo = Metainfo.parse(torrent);
    var running = new ArrayList<Peer>();
    try {
      var seed = peer(seedHost, running);
      seed.add(TorrentSpec.of(metainfo, world.folder()).readOnly());
      long start = System.nanoTime();
      var torrents = new ArrayList<Torrent>();
      var folders = new ArrayList<Path>();
      for (var member : members) {
        var folder =
            Files.createDirectories(world.folder().resolve("round" + round + "-" + member.name()));
        folders.add(folder);
        var spec =
            TorrentSpec.of(metainfo, folder)
                .peers(List.of(new InetSocketAddress(seedHost.address(), PEER_PORT)));
        torrents.add(peer(member, running).add(spec));
      }
      var done = new double[torrents.size()];
      try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < done.length; i++) {
          int index = i;
          tasks.execute(() -> done[index] = timeOf(torrents.get(index), start));
        }
        while (Arrays.stream(done).anyMatch(t -> t == 0)
            && System.nanoTime() - start < PATIENCE.toNanos()) {
          showSwarm(members, torrents, done);
          java.util.concurrent.locks.LockSupport.parkNanos(250_000_000);
        }
      }
      showSwarm(members, torrents, done);
      for (int i = 0; i < done.length; i++) {
        demand(
            done[i] > 0,
            members.get(i).name() + " did not finish in " + PATIENCE.toSeconds() + " s");
        demand(
            Arrays.equals(Files.readAllBytes(folders.get(i).resolve("film.bin")), content),
            members.get(i).name() + " has another file");
      }
      return Arrays.stream(done).max().orElseThrow();
    } finally {
      running.forEach(Peer::close);
    }
  }

  /** Seconds from {@code start} to the end of a download; 0 when it did not end. */
  private static double timeOf(Torrent torrent, long start) {
    try {
      return torrent.await(PATIENCE) ? (System.nanoTime() - start) / 1e9 : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private Peer peer(LabHost host, List<Peer> running) throws IOException {
    var peer =
        Peer.builder()
            .network(host.network())
            .names(world.hostResolver())
            .listen(host.at(PEER_PORT))
            .start();
    running.add(peer);
    return peer;
  }

  private void showSwarm(List<LabHost> members, List<Torrent> torrents, double[] done) {
    var peers = new ArrayList<Json>();
    for (int i = 0; i < members.size(); i++) {
      var status = torrents.get(i).status();
      int have = status.verified();
      var json =
          Json.object()
              .put("name", members.get(i).name().replace(".swarm.lab", ""))
              .put("pieces", "1".repeat(have) + "0".repeat(Math.max(0, status.pieces() - have)))
              .put("down", status.downRate())
              .put("up", status.upRate())
              .put(
                  "unchoked",
                  status.peers().stream()
                      .map(line -> line.address().getAddress().getHostAddress())
                      .toList());
      if (done[i] > 0) json.put("done", done[i]);
      peers.add(json.build());
    }
    world.events().publish("swarm", Json.object().put("peers", peers));
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
