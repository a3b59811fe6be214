package io.l7.dns.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import java.net.InetAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is remembered of servers, for as long as it is meant to be. */
class ServerTableTest {
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.53");
  private static final Name ZONE = Name.parse("test.");
  private static final long DAY = 86_400_000;
  private static final long NOW = 10 * DAY;

  private final ServerTable servers = new ServerTable();
  private final RandomGenerator random = Seeded.random("ServerTableTest");

  private boolean isChosen(long now) {
    return servers.choose(List.of(SERVER), RRType.A, random, now).isPresent();
  }

  @Test
  void aDeadServerIsProbedAfterAMinuteAndWhenTheClockIsSetBack() {
    for (var i = 0; i < 20; i++) {
      servers.silent(SERVER, RRType.A, 10_000, NOW);
    }
    assertThat(isChosen(NOW + 1_000)).isFalse();
    assertThat(isChosen(NOW - DAY)).isTrue();
    for (var i = 0; i < 20; i++) {
      servers.silent(SERVER, RRType.A, 10_000, NOW);
    }
    assertThat(isChosen(NOW + 60_000)).isTrue();
  }

  @Test
  void whatAServerDoesNotServeIsForgottenWhenTheClockIsSetBack() {
    servers.lame(SERVER, ZONE, RRType.A, NOW);
    servers.refused(SERVER, ZONE, NOW);
    assertThat(servers.isLame(SERVER, ZONE, RRType.A, NOW + 1)).isTrue();
    assertThat(servers.hasRefused(SERVER, ZONE, NOW + 1)).isTrue();
    assertThat(servers.isLame(SERVER, ZONE, RRType.A, NOW - DAY)).isFalse();
    assertThat(servers.hasRefused(SERVER, ZONE, NOW - DAY)).isFalse();
  }
}
