package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FamiliesTest {
  private static final int V4 = PeerTable.IPV4_WORDS;
  private static final int V6 = PeerTable.IPV6_WORDS;

  private record Address(int words, int number) {}

  private record Known(int client, int meta) {
    boolean seed() {
      return (meta & PeerTable.SEED) != 0;
    }
  }

  private final Swarm swarm = new Swarm();
  private final Map<Address, Known> model = new HashMap<>();

  @Test
  void eachClientIsCountedOnceAfterAnyNumberOfSteps() {
    var random = Seeded.random("families");
    for (int step = 0; step < 200_000; step++) {
      var address = new Address(random.nextBoolean() ? V4 : V6, random.nextInt(1, 200));
      long lo = address.words == V6 ? address.number : 0;
      long key = address.words == V6 ? 6881 : (long) address.number << 16 | 6881;
      switch (random.nextInt(400)) {
        case 0 -> {
          int now = random.nextInt(PeerTable.TIME);
          swarm.expire(now, 8_000);
          model.values().removeIf(k -> PeerTable.age(k.meta, now) > 8_000);
        }
        case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> {
          swarm.remove(address.words, 0, lo, key);
          model.remove(address);
        }
        default -> {
          int meta = random.nextInt(PeerTable.TIME) | (random.nextBoolean() ? PeerTable.SEED : 0);
          var known = new Known(random.nextInt(1, 150), meta);
          swarm.put(address.words, 0, lo, key, meta, known.client, 99);
          model.put(address, known);
        }
      }
      if (step % 100 == 0) {
        compare();
      }
    }
  }

  private void compare() {
    Set<Integer> over4 =
        model.entrySet().stream()
            .filter(e -> e.getKey().words == V4)
            .map(e -> e.getValue().client)
            .collect(Collectors.toSet());
    int peers = 0;
    int seeds = 0;
    for (var each : model.entrySet()) {
      if (each.getKey().words == V4 || !over4.contains(each.getValue().client)) {
        peers++;
        seeds += each.getValue().seed() ? 1 : 0;
      }
    }
    assertThat(swarm.addresses()).isEqualTo(model.size());
    assertThat(swarm.peers()).isEqualTo(peers);
    assertThat(swarm.complete()).isEqualTo(seeds);
    assertThat(swarm.incomplete()).isEqualTo(peers - seeds);
  }
}
