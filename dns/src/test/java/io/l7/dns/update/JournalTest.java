package io.l7.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.testkit.Seeded;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.BrokenZoneException;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Name TEST = Name.parse("test.");
  private static final Path PATH = Path.of("/zones/test.zone.jnl");
  private static final String ZONE =
      "$TTL 300\n@ SOA ns1 admin 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";

  private static ResourceRecord host(int i) {
    return ResourceRecord.of(
        Name.parse("h" + i + ".test."), RRType.A, 60, Rdata.of(new byte[] {10, 0, 0, (byte) i}));
  }

  private static CrashDisk disk() throws IOException {
    var disk = new CrashDisk();
    disk.createDirectories(Path.of("/zones"));
    disk.syncDirectory(Path.of("/"));
    return disk;
  }

  /** Adds hosts one after the other until the power goes; returns how many were acknowledged. */
  private static int write(Disk disk, int hosts) {
    int acknowledged = 0;
    try (var journal = Journal.open(disk, PATH, TEST).journal();
        var writer = writer(new LiveZone(ZoneText.parse("test.", "")), journal)) {
      for (int i = 0; i < hosts; i++) {
        int host = i;
        if (!writer.change(edit -> edit.add(host(host))).equals(Rcode.NOERROR)) {
          break;
        }
        acknowledged++;
      }
    } catch (IOException e) {
      return acknowledged; // the power is cut
    }
    return acknowledged;
  }

  private static ZoneWriter writer(LiveZone live, Journal journal) {
    return new ZoneWriter(
        live,
        UpdatePolicy.none(),
        ZoneWriter.Upkeep.none(),
        Optional.of(journal),
        ZoneWriter.Checkpoint.never());
  }

  private static Zone replayed(List<ZoneDelta> deltas) {
    Zone zone = ZoneText.parse("test.", "");
    for (ZoneDelta delta : deltas) {
      zone = delta.applyTo(zone);
    }
    return zone;
  }

  @Test
  void whereverThePowerIsCutEveryAcknowledgedUpdateIsThere() throws IOException {
    var random = Seeded.random("Journal");
    long operations;
    {
      var whole = disk();
      write(whole, 8);
      operations = whole.operations();
    }
    for (long cut = 3; cut <= operations + 1; cut++) {
      var disk = disk().cutPowerAt(cut);
      int acknowledged = write(disk, 8);
      for (int luck = 0; luck < 4; luck++) {
        var after = luck == 0 ? disk.afterPowerCut() : disk.afterPowerCut(random);
        var opened = Journal.open(after, PATH, TEST);
        Zone zone = replayed(opened.deltas());
        assertThat(zone.serial()).isBetween(7L + acknowledged, 8L + acknowledged);
        for (int i = 0; i < acknowledged; i++) {
          assertThat(zone.set(host(i).owner(), RRType.A))
              .as("cut at %s, host %s", cut, i)
              .isPresent();
        }
        // and it goes on from there
        try (var writer = writer(new LiveZone(zone), opened.journal())) {
          assertThat(writer.change(edit -> edit.add(host(100)))).isEqualTo(Rcode.NOERROR);
        }
        assertThat(
                replayed(Journal.open(after, PATH, TEST).deltas()).set(host(100).owner(), RRType.A))
            .isPresent();
      }
    }
  }

  private static List<ZoneDelta> delta(Zone before, int host) {
    var edit = before.edit();
    edit.serial(before.serial() + 1);
    edit.add(host(host));
    return List.of(edit.delta());
  }

  @Test
  void aJournalThatWasMadeAndNotSyncedIsSyncedByTheNextWhoOpensIt() throws IOException {
    var disk = disk();
    disk.failForces(1);
    assertThatThrownBy(() -> Journal.open(disk, PATH, TEST)).isInstanceOf(IOException.class);
    try (var journal = Journal.open(disk, PATH, TEST).journal()) {
      journal.append(delta(ZoneText.parse("test.", ""), 1));
    }
    assertThat(Journal.open(disk.afterPowerCut(), PATH, TEST).deltas()).hasSize(1);
  }

  @Test
  void whatComesBehindAFailedForceIsReadAndWhatFailedIsNot() throws IOException {
    var disk = disk();
    Zone zone = ZoneText.parse("test.", "");
    var first = delta(zone, 1);
    var second = delta(first.getFirst().applyTo(zone), 2);
    try (var journal = Journal.open(disk, PATH, TEST).journal()) {
      journal.append(first);
      disk.failForces(1);
      assertThatThrownBy(() -> journal.append(delta(zone, 3))).isInstanceOf(IOException.class);
      journal.append(second);
      assertThat(Journal.open(disk.afterPowerCut(), PATH, TEST).deltas()).hasSize(2);
      disk.failForces(1);
      assertThatThrownBy(journal::clear).isInstanceOf(IOException.class);
      journal.append(second);
    }
    assertThat(Journal.open(disk.afterPowerCut(), PATH, TEST).deltas())
        .as("cleared, though the force of that failed, and then one was added")
        .hasSize(1);
  }

  @Test
  void whatIsTooLargeToBeReadAgainIsNotWritten() throws IOException {
    var disk = disk();
    Zone zone = ZoneText.parse("test.", "");
    var small = zone.edit();
    small.add(host(1));
    small.serial(8);
    var large = zone.edit();
    for (int i = 0; i < 100; i++) {
      large.add(host(i));
    }
    large.serial(8);
    try (var journal = Journal.open(disk, PATH, TEST, 1_000).journal()) {
      assertThatThrownBy(() -> journal.append(List.of(large.delta())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("more than the journal takes");
      journal.append(List.of(small.delta()));
    }
    try (var opened = Journal.open(disk, PATH, TEST, 1_000).journal()) {
      assertThat(opened.size()).isLessThan(1_000);
    }
    assertThat(replayed(Journal.open(disk, PATH, TEST).deltas()).serial()).isEqualTo(8);
  }

  @Test
  void aFullDiskFailsTheUpdateAndServesWhatWasBefore() throws IOException {
    var disk = disk().capacity(40);
    try (var journal = Journal.open(disk, PATH, TEST).journal()) {
      var live = new LiveZone(ZoneText.parse("test.", ""));
      try (var writer = writer(live, journal)) {
        assertThat(writer.change(edit -> edit.add(host(1)))).isEqualTo(Rcode.SERVFAIL);
        assertThat(live.zone().serial()).isEqualTo(7);
      }
    }
  }

  @Test
  void manyUpdatesShareFewSyncs() throws Exception {
    var disk = disk();
    try (var journal = Journal.open(disk, PATH, TEST).journal()) {
      var writer = writer(new LiveZone(ZoneText.parse("test.", "")), journal);
      long before = disk.forces();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 200; i++) {
        int host = i;
        threads.add(Thread.ofVirtual().start(() -> writer.change(edit -> edit.add(host(host)))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      writer.close();
      assertThat(disk.forces() - before).isLessThan(200);
    }
    assertThat(replayed(Journal.open(disk, PATH, TEST).deltas()).serial()).isEqualTo(207);
  }

  @Test
  void aPrimaryFindsFileAndJournalTogether(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("test.zone"), ZONE);
    var key = new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1});
    var options =
        new PrimaryZone.Options(
            UpdatePolicy.allowing(List.of(key)), Optional.empty(), ZoneLimits.defaults());
    try (var primary = PrimaryZone.open(Disk.real(), file, TEST, options)) {
      primary.writer().change(edit -> edit.add(host(1)));
      primary.writer().change(edit -> edit.add(host(2)));
    }
    try (var primary = PrimaryZone.open(Disk.real(), file, TEST, options)) {
      assertThat(primary.live().zone().serial()).isEqualTo(9);
      assertThat(primary.live().since(7).orElseThrow()).hasSize(2);
      // a broken file changes nothing
      Files.writeString(file, ZONE.replace("192.0.2.1", "nonsense"));
      assertThatThrownBy(() -> primary.reload(ZoneLimits.defaults()))
          .isInstanceOf(BrokenZoneException.class)
          .hasMessageContaining("test.zone:4:");
      assertThat(primary.live().zone().set(host(2).owner(), RRType.A)).isPresent();
      // an older serial neither
      Files.writeString(file, ZONE);
      primary.reload(ZoneLimits.defaults());
      assertThat(primary.live().zone().serial()).isEqualTo(9);
      Files.writeString(file, ZONE.replace(" 7 ", " 20 ") + "www A 192.0.2.80\n");
      primary.reload(ZoneLimits.defaults());
      assertThat(primary.live().zone().serial()).isEqualTo(20);
      assertThat(primary.live().zone().set(host(2).owner(), RRType.A)).isEmpty();
      assertThat(primary.live().since(9).orElseThrow()).hasSize(1);
    }
    Files.writeString(file, ZONE.replace(" 7 ", " 3 "));
    assertThatThrownBy(() -> PrimaryZone.open(Disk.real(), file, TEST, options))
        .hasMessageContaining("does not fit the journal");
  }

  /** A disk whose syncs take until {@code go}, and fail under an interrupt as those of files do. */
  private static Disk slow(Disk disk, CountDownLatch begun, CountDownLatch go) {
    return proxy(
        Disk.class,
        (method, arguments) -> {
          var result = method.invoke(disk, arguments);
          return result instanceof DiskFile file
              ? proxy(
                  DiskFile.class,
                  (inner, values) -> {
                    if (inner.getName().equals("force") && file.size() > 16) {
                      begun.countDown();
                      try {
                        go.await();
                      } catch (InterruptedException e) {
                        throw new ClosedByInterruptException();
                      }
                    }
                    return inner.invoke(file, values);
                  })
              : result;
        });
  }

  private interface Call {
    Object of(Method method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.of(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  @Timeout(30)
  void updatesThatWaitWhenTheServerEndsAreDoneAndAnswered() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var journal = Journal.open(slow(disk(), begun, go), PATH, TEST).journal();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writer = writer(new LiveZone(ZoneText.parse("test.", "")), journal);
      var first = threads.submit(() -> writer.change(edit -> edit.add(host(1))));
      begun.await();
      var second = threads.submit(() -> writer.change(edit -> edit.add(host(2))));
      while (writer.waiting() == 0) {
        Thread.onSpinWait();
      }
      var closing = threads.submit(() -> close(writer));
      while (!writer.isClosing()) {
        Thread.onSpinWait();
      }
      go.countDown();
      assertThat(first.get()).isEqualTo(Rcode.NOERROR);
      assertThat(second.get()).isEqualTo(Rcode.NOERROR);
      closing.get();
      assertThat(writer.change(edit -> edit.add(host(3)))).isEqualTo(Rcode.SERVFAIL);
    }
  }

  private static boolean close(ZoneWriter writer) throws IOException {
    writer.close();
    return true;
  }
}
