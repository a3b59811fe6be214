package io.l7.common.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.time.VirtualTime;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When something sent now arrives, and whether. */
class LinksTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress THERE = InetAddress.ofLiteral("127.0.0.2");
  private static final Duration DELAY = Duration.ofMillis(30);

  private final VirtualTime time = new VirtualTime();
  private final Links links = new Links(time, 1);

  private Duration arrival(int octets) {
    return Duration.ofNanos(links.arrival(HERE, THERE, octets) - time.nanos());
  }

  @Test
  void delaysOfUplinkPathAndDownlinkAddUp() {
    links.up(HERE).impairment(Impairment.NONE.delay(DELAY));
    links.path(HERE, THERE).impairment(Impairment.NONE.delay(DELAY));
    links.down(THERE).impairment(Impairment.NONE.delay(DELAY));
    assertThat(arrival(100)).isEqualTo(DELAY.multipliedBy(3));
    assertThat(links.delay(HERE, THERE)).isEqualTo(DELAY.multipliedBy(3).toNanos());
  }

  @Test
  void theSlowestWireOnTheWaySetsThePace() {
    links.up(HERE).impairment(Impairment.NONE.rate(1_000));
    links.down(THERE).impairment(Impairment.NONE.rate(10_000));
    assertThat(arrival(1_000)).isEqualTo(Duration.ofMillis(1_100));
    assertThat(arrival(1_000)).isEqualTo(Duration.ofMillis(2_100));
  }

  @Test
  void aDatagramIsLostOnAnyWireOfItsWay() {
    assertThat(links.copies(HERE, THERE)).isEqualTo(1);
    links.down(THERE).impairment(Impairment.NONE.loss(1));
    assertThat(links.copies(HERE, THERE)).isZero();
    assertThat(links.down(THERE).lost()).isEqualTo(1);
    links.down(THERE).impairment(Impairment.NONE);
    links.up(HERE).impairment(Impairment.NONE.duplicate(1));
    assertThat(links.copies(HERE, THERE)).isEqualTo(2);
  }
}
