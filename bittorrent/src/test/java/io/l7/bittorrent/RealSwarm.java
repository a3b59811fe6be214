package io.l7.bittorrent;

import io.l7.bittorrent.bound.Bound;
import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.swarm.Decision;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Real peers on loopback, each with its own limits of rate, one seed and a tracker: what the
 * simulator models, in real time. As a program it runs the scenarios of scenarios.json.
 */
final class RealSwarm {
  private RealSwarm() {}

  /** What came of it; seconds since the seed's first byte. */
  record Result(Bound bound, double lastSeconds, double medianSeconds, long wasted, long received) {
    double efficiency() {
      return bound.seconds() / lastSeconds;
    }
  }

  /**
   * Runs scenarios by their letters and prints each: {@code A B C}, or with another size of the
   * file in MiB, {@code C:56}.
   */
  public static void main(String[] scenarios) throws Exception {
    for (var each : scenarios) {
      var letter = each.substring(0, 1);
      int bytes = (each.length() > 2 ? Integer.parseInt(each.substring(2)) : 64) << 20;
      var folder = Files.createTempDirectory("swarm");
      var swarm = scenario(letter, bytes);
      var result = run(folder, bytes, 256 << 10, swarm, Duration.ofMinutes(6));
      System.out.printf(
          Locale.ROOT,
          "%s L7: bound %.1f s (%s), last %.1f s, median %.1f s, D/bound %.3f, in vain %.2f %%%n",
          letter,
          result.bound().seconds(),
          result.bound().term().formula(),
          result.lastSeconds(),
          result.medianSeconds(),
          1 / result.efficiency(),
          100.0 * result.wasted() / result.received());
      try (var all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  /** The scenarios of scenarios.json. */
  private static Capacity scenario(String letter, int bytes) {
    double file = bytes * 8.0;
    double none = Double.POSITIVE_INFINITY;
    return switch (letter) {
      case "A" -> new Capacity(file, 8e6, Collections.nCopies(8, new Capacity.Links(8e6, none)));
      case "B" -> new Capacity(file, 32e6, Collections.nCopies(10, new Capacity.Links(4e6, none)));
      case "C" -> {
        var links = new ArrayList<>(Collections.nCopies(7, new Capacity.Links(8e6, none)));
        links.add(new Capacity.Links(8e6, 4e6));
        yield new Capacity(file, 16e6, links);
      }
      default -> throw new IllegalArgumentException("scenarios are A, B and C, not " + letter);
    };
  }

  /** Runs a swarm to its end, or for {@code patience}. */
  static Result run(Path folder, int bytes, int pieceLength, Capacity swarm, Duration patience)
      throws Exception {
    var data = new byte[bytes];
    Seeded.random("swarm").nextBytes(data);
    Path seedFolder = Files.createDirectories(folder.resolve("seed"));
    Path content = Files.write(seedFolder.resolve("content.bin"), data);
    List<AutoCloseable> open = new ArrayList<>();
    try (var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Metainfo torrent =
          Metainfo.parse(
              MetainfoCreator.of(content)
                  .pieceLength(pieceLength)
                  .trackers(List.of(List.of(tracker.announceUrl())))
                  .create(_ -> {}));
      Peer seed = Peer.builder().upRate(Math.round(swarm.seedBps() / 8)).start();
      open.add(seed);
      var opened = new CountDownLatch(1);
      Torrent seeding =
          seed.add(
              TorrentSpec.of(torrent, seedFolder)
                  .listeners(
                      _ -> {},
                      _ -> {},
                      decision -> {
                        if (decision.topic() == Decision.Topic.CHOKE) opened.countDown();
                      }));
      seeding.await(patience);
      List<Torrent> leeches = new ArrayList<>();
      for (int i = 0; i < swarm.size(); i++) {
        Capacity.Links links = swarm.peers().get(i);
        var builder = Peer.builder().upRate(Math.round(links.upBps() / 8));
        if (Double.isFinite(links.downBps())) {
          builder.downRate(Math.round(links.downBps() / 8));
        }
        Peer peer = builder.start();
        open.add(peer);
        leeches.add(peer.add(TorrentSpec.of(torrent, folder.resolve("peer" + i))));
      }
      // From the first slot that the seed opens on, it could send.
      opened.await(patience.toMillis(), TimeUnit.MILLISECONDS);
      long start = System.nanoTime();
      List<Future<Double>> times = new ArrayList<>();
      for (Torrent leech : leeches) {
        times.add(
            threads.submit(
                () ->
                    leech.await(patience)
                        ? (System.nanoTime() - start) / 1e9
                        : Double.POSITIVE_INFINITY));
      }
      List<Double> done = new ArrayList<>();
      for (var time : times) {
        done.add(time.get());
      }
      done.sort(null);
      long wasted = leeches.stream().mapToLong(leech -> leech.status().wasted()).sum();
      long received = leeches.stream().mapToLong(leech -> leech.status().received()).sum();
      return new Result(
          Bound.peerToPeer(swarm),
          done.getLast(),
          done.get((done.size() - 1) / 2),
          wasted,
          received);
    } finally {
      for (AutoCloseable each : open) {
        each.close();
      }
    }
  }
}
