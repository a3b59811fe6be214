package io.l7.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.WrongClock;
import io.l7.common.time.VirtualTime;
import io.l7.dns.message.Name;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneStore;
import io.l7.dns.zone.ZoneText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A zone expires by the time that passes, whatever becomes of the clock on the wall meanwhile. */
@Timeout(60)
class SecondaryClockTest {
  private static final Name TEST = Name.parse("test.");

  private final VirtualTime time = new VirtualTime();
  private final ZoneStore zones = new ZoneStore();

  private final WrongClock scheduler = new WrongClock(time);

  /** A secondary of a primary that is not there, with a copy that was confirmed at a moment. */
  private Secondary secondary(Instant confirmed) {
    var kept = new Secondary.Kept(new LiveZone(ZoneText.parse("test.", "")), confirmed);
    Secondary.Keeper keeper =
        new Secondary.Keeper() {
          @Override
          public void keep(Zone zone) {}

          @Override
          public Optional<Secondary.Kept> kept() {
            return Optional.of(kept);
          }
        };
    return new Secondary(
        TEST,
        List.of(Endpoint.parse("192.0.2.1:53")),
        Optional.empty(),
        zones,
        Dialer.over(new MemoryNetwork()),
        scheduler,
        TransferLimits.defaults(),
        keeper,
        new Random(1));
  }

  private boolean isServed() {
    return zones.at(TEST).isPresent();
  }

  /** Lets time pass in steps, each with what other threads do in it. */
  private void pass(Duration duration) {
    for (long minutes = 0; minutes < duration.toMinutes(); minutes += 30) {
      for (int i = 0; i < 400 && time.pending() == 0; i++) {
        LockSupport.parkNanos(1_000_000);
      }
      time.advance(Duration.ofMinutes(30));
    }
    for (int i = 0; i < 400 && time.pending() == 0; i++) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  @Spec("RFC 1034 §4.3.5")
  void aClockSetBackKeepsNoZoneLonger() {
    try (var secondary = secondary(time.now())) {
      secondary.start();
      pass(Duration.ofHours(12));
      assertThat(isServed()).isTrue();
      scheduler.set(Duration.ofDays(-30));
      pass(Duration.ofHours(13)); // a day is what the SOA gives it
      assertThat(isServed()).isFalse();
    }
  }

  @Test
  void aClockSetForwardTakesNoZoneAway() {
    try (var secondary = secondary(time.now())) {
      secondary.start();
      pass(Duration.ofHours(1));
      scheduler.set(Duration.ofDays(30));
      pass(Duration.ofHours(12));
      assertThat(isServed()).isTrue();
    }
  }

  @Test
  void aCopyConfirmedInTheFutureLivesNoLongerThanOneConfirmedNow() {
    try (var secondary = secondary(time.now().plus(Duration.ofDays(300)))) {
      secondary.start();
      assertThat(isServed()).isTrue();
      pass(Duration.ofHours(25));
      assertThat(isServed()).isFalse();
    }
  }
}
