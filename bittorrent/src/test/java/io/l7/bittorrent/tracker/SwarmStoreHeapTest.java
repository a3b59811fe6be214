package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.AddressBits;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a million IPv4 peers cost the heap of a tracker, by what is left after a collection. */
class SwarmStoreHeapTest {
  private static final int PEERS = 1_000_000;

  private SwarmStore store = empty();

  private static SwarmStore empty() {
    return new SwarmStore(TrackerLimits.DEFAULT, () -> 0, new SplittableRandom(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void aMillionIpv4PeersTakeAtMostTwentyFourBytesEach(int torrents) {
    store = filled(torrents);
    assertThat(store.peers()).isEqualTo(PEERS);
    long with = used();
    store = empty();
    double each = (with - used()) / (double) PEERS;
    assertThat(each).isBetween(8.0, 24.0);
  }

  private static SwarmStore filled(int torrents) {
    var random = new SplittableRandom(3);
    var store = empty();
    var call = new AnnounceCall(0);
    var hashes = new byte[torrents][20];
    for (var hash : hashes) {
      random.nextBytes(hash);
    }
    for (int i = 0; i < PEERS; i++) {
      call.hash(hashes[i % torrents], 0);
      call.peer(0, AddressBits.mapped(0x0a000000 + i), 6881);
      call.seed = i % 4 != 0;
      call.event = AnnounceCall.Event.STARTED;
      call.wanted = 0;
      store.announce(call);
    }
    return store;
  }

  private static long used() {
    for (int i = 0; i < 4; i++) {
      System.gc(); // some collectors leave small gaps unless it is their fourth time
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
