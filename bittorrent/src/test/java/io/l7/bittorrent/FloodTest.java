package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A swarm that forms and runs beside 2,000 connections that say nothing, or shake hands and want
 * nothing, to its seed and its tracker, with hundreds of new ones each second in the place of the
 * oldest. With {@code -Dl7.flood.mib=N} it is a long one, and slower by 5 % at most.
 */
class FloodTest {
  private static final int SILENT = 2_000;
  private static final int ADDRESSES = 100;

  /** Milliseconds between two new ones that talk: a starved machine needs a while to answer. */
  private static final int CALM = 20;

  private static final int MIB = Integer.getInteger("l7.flood.mib", 1);
  private static final double SLOWER = MIB > 1 ? 1.05 : 2;
  private static final int RATE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private enum Beside {
    NOTHING,
    /** Connections that say nothing. */
    SILENCE,
    /** Connections that shake hands, have nothing, want nothing, and then say no more. */
    TALK
  }

  /** Keeps so many connections to some addresses, each of which says its words and no more. */
  private static final class Flood implements AutoCloseable {
    private final ArrayDeque<SocketChannel> held = new ArrayDeque<>();
    private final CountDownLatch full = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<InetSocketAddress> targets;
    private final Thread thread;
    private final IntFunction<byte[]> words;
    private final int pause;
    private int made;

    Flood(List<InetSocketAddress> targets, IntFunction<byte[]> words, int pause) {
      this.pause = pause;
      this.targets = targets;
      this.words = words;
      this.thread = Thread.ofPlatform().name("flood").start(this::run);
    }

    private void run() {
      try {
        while (held.size() < SILENT) {
          open();
        }
        full.countDown();
        while (!stop.await(pause, TimeUnit.MILLISECONDS)) {
          held.remove().close();
          open();
        }
      } catch (IOException e) {
        throw new IllegalStateException("the flood has a fault", e);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private void open() throws IOException {
      var from = InetAddress.getByName("127.0.7." + (1 + made % ADDRESSES));
      var channel = SocketChannel.open();
      held.add(channel);
      channel.bind(new InetSocketAddress(from, 0));
      channel.connect(targets.get(made++ % targets.size()));
      try {
        channel.write(ByteBuffer.wrap(words.apply(made)));
      } catch (IOException _) {
        // closed already: there were too many
      }
    }

    @Override
    public void close() throws Exception {
      stop.countDown();
      thread.join();
      for (var channel : held) {
        channel.close();
      }
    }
  }

  @Test
  void aSwarmBesideTwoThousandUselessConnectionsFinishesUnharmed() throws Exception {
    var data = new byte[MIB << 20];
    Seeded.random("flood").nextBytes(data);
    Files.createDirectories(folder.resolve("seed"));
    Files.write(folder.resolve("seed/x.bin"), data);
    // Others on the machine may have their moment in any of the three: up to three rounds.
    double slowest = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 3 && slowest >= SLOWER; round++) {
      double alone = seconds(Beside.NOTHING, round);
      double silence = seconds(Beside.SILENCE, round);
      double talk = seconds(Beside.TALK, round);
      System.out.printf("alone %.2f s, silence %.2f s, talk %.2f s%n", alone, silence, talk);
      slowest = Math.max(silence, talk) / alone;
    }
    assertThat(slowest).as("times as long as alone").isLessThan(SLOWER);
  }

  private double seconds(Beside beside, int round) throws Exception {
    var metrics = new Metrics();
    var open = new ArrayList<AutoCloseable>();
    try {
      var tracker = Tracker.builder().http(new Endpoint("127.0.0.1", 0)).start();
      open.add(tracker);
      var metainfo =
          Metainfo.parse(
              MetainfoCreator.of(folder.resolve("seed/x.bin"))
                  .pieceLength(32 * 1024)
                  .trackers(List.of(List.of(tracker.announceUrl())))
                  .create(_ -> {}));
      var seed = Peer.builder().metrics(metrics).upRate(RATE).start();
      open.add(seed);
      var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
      assertThat(seeding.await(PATIENCE)).isTrue();
      if (beside != Beside.NOTHING) {
        var infoHash = metainfo.info().v1Hash().orElseThrow();
        var flood =
            new Flood(
                List.of(seed.address(), tracker.httpAddresses().getFirst(), seed.address()),
                made -> beside == Beside.SILENCE ? new byte[0] : words(infoHash, made),
                beside == Beside.SILENCE || MIB > 1 ? 2 : CALM);
        open.add(flood);
        assertThat(flood.full.await(30, TimeUnit.SECONDS)).isTrue();
        awaitCalm(metrics, flood);
      }
      long start = System.nanoTime();
      var leeches = new ArrayList<Torrent>();
      for (int i = 0; i < 4; i++) {
        var leech = Peer.builder().upRate(RATE).start();
        open.add(leech);
        leeches.add(
            leech.add(TorrentSpec.of(metainfo, folder.resolve(beside + "-" + round + "-" + i))));
      }
      for (var leech : leeches) {
        assertThat(leech.await(PATIENCE)).isTrue();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      var bound = PeerLimits.DEFAULT.connections() + PeerLimits.DEFAULT.handshakes();
      assertThat(count(metrics, "l7_peer_connections")).isLessThanOrEqualTo(bound);
      return seconds;
    } finally {
      for (var each : open.reversed()) {
        each.close();
      }
    }
  }

  /** A handshake of a peer of its own, an empty bitfield, and that it is not interested. */
  private static byte[] words(InfoHash infoHash, int made) {
    var id = PeerId.of("-XX0000-%012d".formatted(made).getBytes(StandardCharsets.US_ASCII));
    var handshake = new Handshake(Set.of(), infoHash, id).encode();
    int bitfield = MIB * 32 / 8;
    return ByteBuffer.allocate(handshake.length + 5 + bitfield + 5)
        .put(handshake)
        .putInt(1 + bitfield)
        .put((byte) 5)
        .put(new byte[bitfield])
        .putInt(1)
        .put((byte) 3)
        .array();
  }

  /** The seed has seen them all: those for whom there is no room have gone again. */
  private static void awaitCalm(Metrics metrics, Flood flood) throws InterruptedException {
    int before = -SILENT;
    int now = 0;
    while (now - before > SILENT / 100) {
      assertThat(flood.stop.await(50, TimeUnit.MILLISECONDS)).isFalse();
      before = now;
      now = count(metrics, "l7_peer_dismissed_total");
    }
  }

  private static int count(Metrics metrics, String name) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }
}
