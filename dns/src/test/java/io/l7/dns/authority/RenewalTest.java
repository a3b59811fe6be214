package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.time.Scheduler;
import io.l7.common.time.VirtualTime;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Name;
import io.l7.dns.message.Rrsig;
import io.l7.dns.zone.Zone;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signed zone that is served for a year. */
class RenewalTest {
  @TempDir private Path folder;
  private final VirtualTime time = new VirtualTime();
  private boolean broken;
  private int faults;

  private InstantSource clock() {
    return () -> {
      if (broken) {
        faults++;
        throw new IllegalStateException("a fault of ours");
      }
      return time.now();
    };
  }

  /** Virtual time with a clock that may fail. */
  private Scheduler scheduler() {
    var clock = clock();
    return (Scheduler)
        Proxy.newProxyInstance(
            Scheduler.class.getClassLoader(),
            new Class<?>[] {Scheduler.class},
            (self, method, arguments) -> {
              if (method.getName().equals("clock")) {
                return clock;
              }
              try {
                return method.invoke(time, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void assertThatAllIsSignedFor(Zone zone, Duration atLeast) {
    for (var sets = zone.iterator(); sets.hasNext(); ) {
      var set = sets.next();
      assertThat(set.signatures()).as("%s %s", set.owner(), set.type()).isNotEmpty();
      assertThat(set.signatures())
          .noneMatch(
              s -> Validity.of(new Rrsig(s)).expired(time.now().plus(atLeast).getEpochSecond()));
    }
  }

  @Test
  void signaturesNeverEndAndAFaultIsGoneWithItsCause() throws IOException {
    Path file = Served.file(folder, "test.", "www A 192.0.2.80\n");
    var options = Served.open("test.", file, Optional.of(folder.resolve("keys")));
    try (var zones = HostedZones.open(options, scheduler())) {
      var zone = zones.primary(Name.parse("test.")).orElseThrow().live();
      for (var day = 0; day < 365; day++) {
        time.advance(Duration.ofDays(1));
        assertThatAllIsSignedFor(zone.zone(), Duration.ofDays(3));
      }
      broken = true;
      time.advance(Duration.ofDays(9));
      assertThat(faults).isGreaterThan(200);
      broken = false;
      time.advance(Duration.ofHours(2));
      assertThatAllIsSignedFor(zone.zone(), Duration.ofDays(3));
      time.advance(Duration.ofDays(30));
      assertThatAllIsSignedFor(zone.zone(), Duration.ofDays(3));
    }
  }

  @Test
  void nothingWaitsForTheNextLookOnceZonesAreClosed() throws IOException {
    Path file = Served.file(folder, "test.", "www A 192.0.2.80\n");
    HostedZones.open(Served.open("test.", file, Optional.of(folder.resolve("keys"))), time).close();
    assertThat(time.pending()).isZero();
  }

  @Test
  void noHourRenewsMoreThanAFewOfALargeZonesSignatures() throws IOException {
    Path file = Served.file(folder, "test.", "$GENERATE 1-1000 h$ A 192.0.2.80\n");
    var options = Served.open("test.", file, Optional.of(folder.resolve("keys")));
    try (var zones = HostedZones.open(options, scheduler())) {
      var zone = zones.primary(Name.parse("test.")).orElseThrow().live();
      int most = 0;
      int all = 0;
      long serial = zone.zone().serial();
      for (var hour = 0; hour < 20 * 24; hour++) {
        time.advance(Duration.ofHours(1));
        int renewed = 0;
        for (var delta : zone.since(serial).orElseThrow()) {
          renewed += delta.added().size();
        }
        most = Math.max(most, renewed);
        all += renewed;
        serial = zone.zone().serial();
      }
      assertThat(all).as("sets renewed").isGreaterThan(2_000);
      assertThat(most).as("in one hour").isLessThan(100);
      assertThatAllIsSignedFor(zone.zone(), Duration.ofDays(3));
    }
  }
}
