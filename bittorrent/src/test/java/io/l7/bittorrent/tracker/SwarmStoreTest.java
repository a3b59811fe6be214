package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.AddressBits;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What somebody can do to the store who chooses hashes and addresses. */
class SwarmStoreTest {
  /** Of the first part of the store; its slot was a function of {@code h0 ^ rotl(h1, 29)}. */
  private static final int MANY = 80_000;

  private final AtomicLong clock = new AtomicLong();
  private final AnnounceCall call = new AnnounceCall(0);

  private SwarmStore store(int torrents) {
    var limits = TrackerLimits.DEFAULT;
    var few =
        new TrackerLimits(
            limits.interval(),
            limits.minInterval(),
            limits.peersByDefault(),
            limits.peersAtMost(),
            limits.peers(),
            limits.perAddress(),
            torrents,
            limits.scrapes(),
            limits.connectionId(),
            limits.query());
    return new SwarmStore(few, clock::get, new SplittableRandom(5));
  }

  private SwarmStore.Outcome announce(
      SwarmStore store, long h0, long h1, AnnounceCall.Event event) {
    call.hash0 = h0;
    call.hash1 = h1;
    call.hash2 = 0;
    call.peer(0, AddressBits.mapped(0x0a000001), 6881);
    call.client = 1;
    call.event = event;
    return store.announce(call);
  }

  @Test
  void hashesThatWereChosenToCollideCostNoMoreThanOthers() {
    long chosen = seconds(i -> Long.rotateRight((long) i ^ 0x5555, 29));
    long random = seconds(i -> i * 0x9e3779b97f4a7c15L);
    assertThat(chosen).isLessThan(20 * random + 500_000_000L);
  }

  private interface Second {
    long word(int i);
  }

  private long seconds(Second second) {
    var store = store(1 << 24);
    long start = System.nanoTime();
    for (int i = 0; i < MANY; i++) {
      assertThat(announce(store, i, second.word(i), AnnounceCall.Event.STARTED))
          .isEqualTo(SwarmStore.Outcome.ANSWERED);
    }
    return System.nanoTime() - start;
  }

  @Test
  void addressesOfIpv6ThatWereChosenToCollideCostNoMoreThanOthers() {
    long chosen = addresses(i -> Long.rotateRight(Long.rotateLeft(i, 21), 42));
    long random = addresses(i -> i * 0x9e3779b97f4a7c15L);
    assertThat(chosen).isLessThan(20 * random + 500_000_000L);
  }

  private static long addresses(Second lower) {
    var table = new PeerTable(PeerTable.IPV6_WORDS, 99);
    long start = System.nanoTime();
    for (int i = 1; i <= MANY; i++) {
      table.put(i, lower.word(i), 6881, 0, i);
    }
    assertThat(table.size()).isEqualTo(MANY);
    return System.nanoTime() - start;
  }

  private SwarmStore.Outcome comes(SwarmStore store, long upper, long lower, int port) {
    call.hash0 = 1;
    call.hash1 = 1;
    call.peer(upper, lower, port);
    call.client = 1 + port;
    call.event = AnnounceCall.Event.STARTED;
    return store.announce(call);
  }

  @Test
  void oneAddressIsListedWithSomeHundredPortsInATorrentAndThenOnlyAnswered() {
    var store = store(1 << 24);
    int most = TrackerLimits.DEFAULT.perAddress();
    long flood = AddressBits.mapped(0xcb007101);
    int crowded = 0;
    for (int port = 1; port < 65_536; port++) {
      crowded += comes(store, 0, flood, port) == SwarmStore.Outcome.CROWDED ? 1 : 0;
    }
    assertThat(store.peers()).isEqualTo(most);
    assertThat(crowded).isEqualTo(65_535 - most);
    // Who is there stays and may say so again; a place that is free is given away.
    assertThat(comes(store, 0, flood, 7)).isEqualTo(SwarmStore.Outcome.ANSWERED);
    call.event = AnnounceCall.Event.STOPPED;
    store.announce(call);
    assertThat(comes(store, 0, flood, 60_000)).isEqualTo(SwarmStore.Outcome.ANSWERED);
    assertThat(comes(store, 0, flood, 60_001)).isEqualTo(SwarmStore.Outcome.CROWDED);
    for (int i = 0; i < 20_000; i++) {
      assertThat(comes(store, 0, AddressBits.mapped(0x0a000000 + i), 6881))
          .as("a neighbour")
          .isEqualTo(SwarmStore.Outcome.ANSWERED);
    }
    assertThat(comes(store, 0, flood, 60_002)).isEqualTo(SwarmStore.Outcome.CROWDED);
  }

  @Test
  void aSubscribersSixtyFourBitsOfIpv6CountAsOneAddress() {
    var store = store(1 << 24);
    int most = TrackerLimits.DEFAULT.perAddress();
    for (int i = 0; i < 3 * most; i++) {
      assertThat(comes(store, 0x20010db8_00000001L, i, 6881))
          .isEqualTo(i < most ? SwarmStore.Outcome.ANSWERED : SwarmStore.Outcome.CROWDED);
    }
    assertThat(comes(store, 0x20010db8_00000002L, 1, 6881)).isEqualTo(SwarmStore.Outcome.ANSWERED);
  }

  @Test
  void torrentsThatWereCompletedAndLeftDoNotFillTheTrackerForGood() {
    int room = 16 * 100;
    var store = store(room);
    long popular = 1L << 60;
    for (int i = 0; i < 9; i++) {
      call.exclusion.client = i;
      announce(store, popular, 7, AnnounceCall.Event.COMPLETED);
      announce(store, popular, 7, AnnounceCall.Event.STOPPED);
    }
    for (int i = 0; i < 2 * room; i++) {
      long hash = (long) i << 60 | i;
      announce(store, hash, 1, AnnounceCall.Event.COMPLETED);
      announce(store, hash, 1, AnnounceCall.Event.STOPPED);
    }
    assertThat(announce(store, 5, 5, AnnounceCall.Event.STARTED))
        .isEqualTo(SwarmStore.Outcome.FULL);
    store.expire();
    assertThat(announce(store, 5, 5, AnnounceCall.Event.STARTED))
        .isEqualTo(SwarmStore.Outcome.ANSWERED);
    var downloads = new int[1];
    store.scrape(popular, 7, 0, (_, downloaded, _) -> downloads[0] = downloaded);
    assertThat(downloads[0]).as("the larger count is kept longer").isEqualTo(9);
  }
}
