package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a node keeps for others, and who may leave something there. */
class PeerStoreTest {
  private static final DhtLimits LIMITS = DhtLimits.DEFAULT;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final SplittableRandom random = Seeded.random("peer store");
  private final PeerStore store = new PeerStore(LIMITS);

  private InfoHash hash() {
    return InfoHash.of(NodeId.random(random).bytes());
  }

  private static InetSocketAddress peer(int host) {
    return new InetSocketAddress("11.22." + host / 250 + "." + (1 + host % 250), 6_881);
  }

  @Test
  void anAnnounceHoldsThreeQuartersOfAnHour() {
    var hash = hash();
    store.add(hash, peer(1), 0);
    store.add(hash, peer(2), 30 * MINUTE);
    store.add(hash(), peer(2), 0);
    assertThat(store.some(hash, 10, 44 * MINUTE, random)).hasSize(2);
    assertThat(store.some(hash, 10, 45 * MINUTE, random)).containsExactly(peer(2));
    assertThat(store.torrents()).isEqualTo(2);
    store.expire(45 * MINUTE);
    assertThat(store.torrents()).isEqualTo(1);
    assertThat(store.peers()).isEqualTo(1);
    store.add(hash, peer(2), 60 * MINUTE); // again
    store.expire(100 * MINUTE);
    assertThat(store.peers()).isEqualTo(1);
    store.expire(105 * MINUTE);
    assertThat(store.torrents()).isZero();
  }

  @Test
  void anAddressThatAnnouncesManyPortsOfATorrentPushesOutItsOwnAlone() {
    var hash = hash();
    for (int i = 0; i < LIMITS.peersPerHash() - LIMITS.perAddressInOne(); i++) {
      store.add(hash, peer(i), 0);
    }
    for (int port = 2_000; port < 2_400; port++) {
      assertThat(store.add(hash, new InetSocketAddress("12.13.14.15", port), port)).isTrue();
    }
    var listed = store.some(hash, 1_000, 2_400, random);
    assertThat(listed).hasSize(LIMITS.peersPerHash()).contains(peer(0));
    assertThat(listed)
        .contains(new InetSocketAddress("12.13.14.15", 2_399))
        .doesNotContain(new InetSocketAddress("12.13.14.15", 2_389));
    assertThat(store.peers()).isEqualTo(LIMITS.peersPerHash());
  }

  @Test
  void peersOfATorrentAndTorrentsGiveWayToTheYounger() {
    var hash = hash();
    for (int i = 0; i <= LIMITS.peersPerHash(); i++) {
      assertThat(store.add(hash, peer(i), i)).isTrue();
    }
    assertThat(store.some(hash, 1_000, 0, random))
        .hasSize(LIMITS.peersPerHash())
        .doesNotContain(peer(0));
    for (int i = 0; i < LIMITS.infoHashes(); i++) {
      assertThat(store.add(hash(), peer(i), 400)).isTrue();
    }
    assertThat(store.torrents()).isEqualTo(LIMITS.infoHashes());
    assertThat(store.some(hash, 10, 400, random)).isEmpty();
    assertThat(store.peers()).isEqualTo(LIMITS.infoHashes());
  }

  @Test
  void oneAddressDoesNotFillTheStore() {
    for (int i = 0; i < LIMITS.perAddress(); i++) {
      assertThat(store.add(hash(), peer(7), 0)).isTrue();
    }
    assertThat(store.add(hash(), peer(7), 0)).isFalse();
    assertThat(store.add(hash(), peer(8), 0)).isTrue();
    store.expire(LIMITS.peerLife().toNanos());
    assertThat(store.add(hash(), peer(7), LIMITS.peerLife().toNanos())).isTrue();
  }

  @Test
  void aSampleIsDrawnByLot() {
    var hash = hash();
    for (int i = 0; i < 100; i++) {
      store.add(hash, peer(i), 0);
    }
    var first = store.some(hash, 20, 0, random);
    assertThat(first).hasSize(20).doesNotHaveDuplicates();
    assertThat(store.some(hash, 20, 0, random)).isNotEqualTo(first);
    assertThat(store.some(hash(), 20, 0, random)).isEmpty();
  }

  @Test
  @Spec("BEP 5")
  void aTokenHoldsFromFiveToTenMinutesForItsAddressAlone() throws Exception {
    var tokens = new Tokens(LIMITS.token(), random, 0);
    var mine = InetAddress.getByName("11.22.33.44");
    var other = InetAddress.getByName("11.22.33.45");
    var token = tokens.issue(mine, 4 * MINUTE);
    assertThat(tokens.isGood(token, mine, 4 * MINUTE)).isTrue();
    assertThat(tokens.isGood(token, other, 4 * MINUTE)).isFalse();
    assertThat(tokens.isGood(token, mine, 9 * MINUTE)).isTrue(); // the secret has changed once
    assertThat(tokens.issue(mine, 9 * MINUTE)).isNotEqualTo(token);
    assertThat(tokens.isGood(token, mine, 14 * MINUTE + 1)).isFalse();
    var late = tokens.issue(mine, 15 * MINUTE);
    assertThat(tokens.isGood(late, mine, 60 * MINUTE)).isFalse(); // nobody asked meanwhile
    assertThat(tokens.isGood(BString.of("x"), mine, 0)).isFalse();
  }
}
