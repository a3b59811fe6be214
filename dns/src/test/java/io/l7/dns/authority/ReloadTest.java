package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.time.Scheduler;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Soa;
import io.l7.dns.zone.BrokenZoneException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Zone files that change under a server that is being asked all the time. */
@Timeout(60)
class ReloadTest {
  @TempDir Path folder;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicReference<String> wrong = new AtomicReference<>("");

  private static String zone(int serial) {
    return "$TTL 300\n@ SOA ns1 admin "
        + serial
        + " 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n$GENERATE 1-500 h$ A 10.0."
        + serial
        + ".1\n";
  }

  /** Asks without a pause; every answer must come, whole, and of a version no older than before. */
  private void ask(Served served) {
    long last = 0;
    try {
      while (!done.get()) {
        Message soa = served.ask("test.", "SOA");
        long serial = Soa.of(soa.answer().getFirst().rdata()).serial();
        Message host = served.ask("h77.test.", "A");
        int version = host.answer().getFirst().rdata().u8(2);
        if (serial < last || version < serial) {
          wrong.set("serial " + serial + " and version " + version + " after " + last);
        }
        last = version;
        answers.addAndGet(2);
      }
    } catch (IOException | RuntimeException e) {
      wrong.set(e.toString());
    }
  }

  @Test
  void noQuestionIsLostWhileZonesAreReadAnew() throws Exception {
    Path file = Files.writeString(folder.resolve("test.zone"), zone(7));
    try (var served = new Served(Served.open("test.", file, Optional.empty()), Scheduler.real())) {
      var asking = Thread.ofPlatform().start(() -> ask(served));
      for (int serial = 8; serial < 48; serial++) {
        Files.writeString(file, zone(serial));
        served.zones.reload();
        if (serial % 4 == 0) {
          Files.writeString(file, zone(serial + 1) + "broken A nowhere\n");
          served.zones.reload();
        }
        long enough = answers.get() + 4;
        while (answers.get() < enough && asking.isAlive()) {
          Thread.onSpinWait();
        }
        assertThat(served.zones.zones().at(Name.parse("test.")).orElseThrow().zone().serial())
            .isEqualTo(serial);
      }
      done.set(true);
      asking.join();
    }
    assertThat(wrong.get()).isEmpty();
    assertThat(answers.get()).isGreaterThan(100);
  }

  @Test
  void aStartThatFailsLeavesNothingBehind() throws IOException {
    Path sound = Files.writeString(folder.resolve("sound.zone"), zone(7));
    Path broken = Files.writeString(folder.resolve("broken.zone"), zone(7) + "x A nowhere\n");
    var one = Served.open("sound.", sound, Optional.empty());
    var both = with(one, new HostedZones.ZoneSource(Name.parse("broken."), broken));
    assertThatThrownBy(() -> HostedZones.open(both, Scheduler.real()))
        .isInstanceOf(BrokenZoneException.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("dns-writer-sound.");
  }

  /** These zones and another one. */
  private static HostedZones.Options with(HostedZones.Options one, HostedZones.ZoneSource another) {
    return new HostedZones.Options(
        List.of(one.zones().getFirst(), another),
        one.secondaries(),
        one.keys(),
        one.updates(),
        one.transfers(),
        one.transferKey(),
        one.signingKeys(),
        one.toNotify(),
        one.notifyKey(),
        one.routes());
  }

  @Test
  void aJournalHasOneWriter() throws IOException {
    Path file = Files.writeString(folder.resolve("test.zone"), zone(7));
    var options = Served.open("test.", file, Optional.empty());
    try (var first = HostedZones.open(options, Scheduler.real())) {
      assertThat(first.zones().at(Name.parse("test."))).isPresent();
      assertThatThrownBy(() -> HostedZones.open(options, Scheduler.real()))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("in use");
    }
    var twoNames = with(options, new HostedZones.ZoneSource(Name.parse("other."), file));
    assertThatThrownBy(() -> HostedZones.open(twoNames, Scheduler.real()))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("in use");
    var twice = with(options, options.zones().getFirst());
    assertThatThrownBy(() -> HostedZones.open(twice, Scheduler.real()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test. is given twice");
    HostedZones.open(options, Scheduler.real()).close();
  }
}
