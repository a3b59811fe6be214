package io.l7.smtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SpoolTest {
  private static final StoreLayout LAYOUT = new StoreLayout(Path.of("/store"));
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  private static final int SEGMENT = 8 << 10;

  private static Spool open(Disk disk) throws IOException {
    return Spool.open(disk, LAYOUT, CLOCK, 2 << 10, SEGMENT);
  }

  private static SpooledMail accept(Spool spool, String text) throws IOException {
    var bob = Mailbox.of("bob@hamburger.edu");
    var recipient = new Recipient(bob, new Target.Local("bob@hamburger.edu"), RcptParameters.NONE);
    try (var content = spool.newContent()) {
      content.write(text.getBytes(StandardCharsets.US_ASCII));
      return spool.accept(
          new Envelope(ReversePath.of("a@crepes.fr"), MailParameters.NONE, List.of(recipient)),
          content);
    }
  }

  private static String text(Spool spool, SpooledMail mail) throws IOException {
    var out = new ByteArrayOutputStream();
    spool.content(mail.id()).copyTo(out);
    return out.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void aFullDiskRefusesAndRecoversWhenThereIsSpace() throws IOException {
    var disk = new CrashDisk().capacity(SEGMENT + 100);
    try (var spool = open(disk)) {
      var first = accept(spool, "x".repeat(1500));
      accept(spool, "y".repeat(1500));
      assertThatThrownBy(
              () -> {
                for (var i = 0; i < 10; i++) {
                  accept(spool, "z".repeat(1500));
                }
              })
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.why()).isEqualTo(StoreException.Why.FULL));
      assertThatThrownBy(() -> accept(spool, "w".repeat(5000))).isInstanceOf(StoreException.class);
      disk.capacity(1 << 20);
      var after = accept(spool, "after");
      assertThat(text(spool, first)).isEqualTo("x".repeat(1500));
      assertThat(text(spool, after)).isEqualTo("after");
    }
  }

  /** What is over needs no room to be so: the log has it, in segments that hold nobody. */
  @Test
  void aDiskThatTheLogFillsHasRoomAgainWhenItsMailsAreOver() throws Exception {
    var disk = new CrashDisk().capacity(2 * SEGMENT + 200);
    var mails = new ArrayList<SpooledMail>();
    try (var spool = open(disk)) {
      assertThatThrownBy(
              () -> {
                for (var i = 0; i < 10; i++) {
                  mails.add(accept(spool, "x".repeat(1500)));
                }
              })
          .isInstanceOf(StoreException.class);
      mails.forEach(m -> finish(spool, m));
      var end = System.nanoTime() + 10_000_000_000L;
      while (!accepts(spool, "after")) {
        assertThat(System.nanoTime()).as("still no room").isLessThan(end);
        LockSupport.parkNanos(1_000_000);
      }
    }
    try (var spool = open(disk)) {
      assertThat(spool.list())
          .singleElement()
          .satisfies(m -> assertThat(text(spool, m)).isEqualTo("after"));
    }
  }

  private static boolean accepts(Spool spool, String text) throws IOException {
    try {
      accept(spool, text);
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  @Test
  void anyFlippedOctetIsFoundAndCostsAtMostTheMailItHits() throws IOException {
    var mails = 4;
    var used = used(mails);
    for (var at = 0; at < used; at++) {
      var disk = new CrashDisk();
      try (var spool = open(disk)) {
        for (var i = 0; i < mails; i++) {
          accept(spool, "mail " + i + " " + "x".repeat(40));
        }
      }
      flip(disk, at);
      var found = new StoreVerifier(disk, LAYOUT).verify();
      try (var spool = open(disk)) {
        assertThat(spool.size()).as("flip at %d", at).isGreaterThanOrEqualTo(mails - 1);
        if (spool.size() < mails) {
          assertThat(found.problems()).as("flip at %d", at).isNotEmpty();
          assertThat(disk.list(LAYOUT.quarantine())).as("flip at %d", at).isNotEmpty();
        }
        for (var mail : spool.list()) {
          assertThat(text(spool, mail)).startsWith("mail ").endsWith("x");
        }
        accept(spool, "and on it goes");
      }
    }
  }

  private static int used(int mails) throws IOException {
    var disk = new CrashDisk();
    try (var spool = open(disk)) {
      for (var i = 0; i < mails; i++) {
        accept(spool, "mail " + i + " " + "x".repeat(40));
      }
    }
    var octets = disk.readAll(LAYOUT.segment(1), SEGMENT);
    var end = octets.length;
    while (octets[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static void flip(Disk disk, int at) throws IOException {
    try (var file = disk.open(LAYOUT.segment(1), Disk.Open.WRITE)) {
      var octet = new byte[1];
      assertThat(file.read(at, octet, 0, 1)).isEqualTo(1);
      octet[0] ^= 0x20;
      file.write(at, octet, 0, 1);
      file.force();
    }
  }

  @Test
  void aContentOfItsOwnThatIsDamagedGoesToQuarantineAndTheOthersLive() throws IOException {
    var disk = new CrashDisk();
    SpooledMail large;
    try (var spool = open(disk)) {
      accept(spool, "small");
      large = accept(spool, "large ".repeat(1000));
    }
    try (var file = disk.open(LAYOUT.body(large.id()), Disk.Open.WRITE)) {
      file.write(3000, new byte[] {'#'}, 0, 1);
      file.force();
    }
    assertThat(new StoreVerifier(disk, LAYOUT).verify().problems())
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("checksum", large.id().toString()));
    try (var spool = open(disk)) {
      assertThat(spool.list()).hasSize(1);
      assertThat(disk.list(LAYOUT.quarantine())).hasSize(1);
    }
  }

  @Test
  void aHundredMailsThatAreOverLeaveNoSegmentBehind() throws IOException {
    var disk = new CrashDisk();
    try (var spool = open(disk)) {
      for (var i = 0; i < 100; i++) {
        var mail = accept(spool, "x".repeat(500));
        spool.update(
            mail.id(),
            s -> s.with(0, s.recipients().getFirst().ended(RecipientState.Status.DELIVERED, "")));
      }
    }
    var segments =
        disk.list(LAYOUT.log()).stream().filter(f -> f.toString().endsWith(".log")).toList();
    assertThat(segments).hasSizeLessThanOrEqualTo(2);
  }

  private static void finish(Spool spool, SpooledMail mail) {
    spool.update(
        mail.id(),
        s -> s.with(0, s.recipients().getFirst().ended(RecipientState.Status.DELIVERED, "")));
  }

  @Test
  void whatFoundNoRoomInTheLogIsWrittenWhenThereIsSome() throws Exception {
    var disk = new CrashDisk();
    try (var spool = open(disk)) {
      var mails = new ArrayList<SpooledMail>();
      for (var i = 0; i < 6; i++) {
        mails.add(accept(spool, "x".repeat(1500)));
      }
      disk.capacity(0);
      assertThatThrownBy(
              () -> {
                for (var i = 0; i < 20; i++) {
                  mails.add(accept(spool, "y".repeat(500)));
                }
              })
          .isInstanceOf(StoreException.class);
      var held = mails.removeLast();
      mails.forEach(m -> finish(spool, m));
      spool.update(held.id(), s -> s.with(MailState.Hold.HELD));
      disk.capacity(1 << 20);
      accept(spool, "after");
    }
    try (var spool = open(disk)) {
      assertThat(spool.list()).hasSize(2);
      assertThat(spool.list()).filteredOn(m -> m.state().held()).hasSize(1);
    }
  }

  @Test
  void aFaultOfOursRefusesTheMailAndNotAllThatCome() throws IOException {
    var failing = new AtomicBoolean();
    var disk = new CrashDisk();
    var faulty =
        faulty(
            disk,
            (method, arguments) -> {
              if (failing.get()) {
                throw new IllegalStateException("a fault of ours");
              }
            });
    try (var spool = open(faulty)) {
      failing.set(true);
      assertThatThrownBy(() -> accept(spool, "first")).isInstanceOf(StoreException.class);
      failing.set(false);
      assertThat(text(spool, accept(spool, "second"))).isEqualTo("second");
    }
  }

  @Test
  void anEndThatIsNotedTwiceCostsNoOtherMailItsSegment() throws IOException {
    var disk = new CrashDisk();
    SpooledMail other;
    try (var spool = open(disk)) {
      other = accept(spool, "stays");
      var mail = accept(spool, "goes");
      disk.failForces(Long.MAX_VALUE);
      spool.update(mail.id(), s -> s.with(MailState.Hold.HELD)); // finds no room
      assertThatThrownBy(() -> accept(spool, "refused")).isInstanceOf(StoreException.class);
      disk.failForces(0);
      finish(spool, mail);
      for (var i = 0; i < 50; i++) {
        finish(spool, accept(spool, "x".repeat(1500)));
      }
    }
    try (var spool = open(disk)) {
      assertThat(spool.list()).extracting(SpooledMail::id).containsExactly(other.id());
    }
  }

  @Test
  void aBatchWhoseForceFailedIsNotMadeGoodByTheNextOne() throws IOException {
    var disk = new CrashDisk();
    var spool = open(disk);
    var first = accept(spool, "first");
    disk.failForces(1);
    assertThatThrownBy(() -> accept(spool, "lost")).isInstanceOf(StoreException.class);
    disk.failForces(1);
    assertThatThrownBy(() -> accept(spool, "lost " + "x".repeat(5000)))
        .as("in a file of its own")
        .isInstanceOf(StoreException.class);
    var second = accept(spool, "second");
    var third = accept(spool, "third " + "x".repeat(5000));
    var rest = disk.afterPowerCut();
    spool.close();
    try (var again = open(rest)) {
      assertThat(again.list())
          .extracting(SpooledMail::id)
          .containsExactly(first.id(), second.id(), third.id());
    }
  }

  @Test
  void aSegmentThatCouldNotBeGivenBackAtOnceIsGivenBackLater() throws IOException {
    var disk = new CrashDisk();
    var faults = new AtomicInteger();
    var faulty =
        faulty(
            disk,
            (method, arguments) -> {
              if (method.equals("move") && arguments[1].toString().endsWith(".spare")) {
                faults.compareAndSet(0, 1);
              }
              if (method.equals("syncDirectory") && faults.compareAndSet(1, 2)) {
                throw new IOException("Input/output error");
              }
            });
    try (var spool = open(faulty)) {
      for (var i = 0; i < 100; i++) {
        finish(spool, accept(spool, "x".repeat(500)));
      }
    }
    assertThat(faults).hasValue(2);
    var segments =
        disk.list(LAYOUT.log()).stream().filter(f -> f.toString().endsWith(".log")).toList();
    assertThat(segments).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void theContentOfAMailWhoseRecordIsDamagedIsKept() throws IOException {
    var disk = new CrashDisk();
    SpooledMail large;
    try (var spool = open(disk)) {
      large = accept(spool, "large ".repeat(1000));
      accept(spool, "small");
    }
    flip(disk, 40); // in the first record's envelope
    try (var spool = open(disk)) {
      assertThat(spool.list()).hasSize(1);
    }
    assertThat(disk.list(LAYOUT.quarantine()))
        .contains(LAYOUT.quarantine().resolve(large.id() + ".body"));
  }

  @Test
  void aContentThatTheDiskChangedDoesNotGoOutWhole() throws IOException {
    var disk = new CrashDisk();
    try (var spool = open(disk)) {
      var large = accept(spool, "large ".repeat(1000));
      try (var file = disk.open(LAYOUT.body(large.id()), Disk.Open.WRITE)) {
        file.write(3000, new byte[] {'#'}, 0, 1);
      }
      var out = new ByteArrayOutputStream();
      assertThatThrownBy(() -> spool.content(large.id()).copyTo(out))
          .hasMessageContaining("checksum");
      assertThat(out.size()).isLessThan(6000);
    }
  }

  @Test
  void whoComesWhileTheStoreClosesIsRefusedAndDoesNotWait() throws Exception {
    for (var round = 0; round < 50; round++) {
      var spool = open(new CrashDisk());
      var sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (var i = 0; i < 100_000; i++) {
                        accept(spool, "mail");
                      }
                    } catch (IOException e) {
                      // refused, as it should be
                    }
                  });
      spool.close();
      assertThat(sender.join(Duration.ofSeconds(10))).as("round %d", round).isTrue();
    }
  }

  @Test
  void whoWaitsForTheDiskKeepsNobodyWhoHasIt() throws Exception {
    var open = new CountDownLatch(1);
    var inside = new CountDownLatch(2); // as many as there are threads for the disk
    var disk =
        faulty(
            new CrashDisk(),
            (method, arguments) -> {
              if (method.equals("open") && arguments[0].toString().endsWith(".part")) {
                inside.countDown();
                awaitQuietly(open);
              }
            });
    try (var spool = open(disk)) {
      var mail = accept(spool, "read back from the log");
      spool.update(mail.id(), s -> s.with(MailState.Hold.HELD));
      for (var i = 0; i < 2; i++) {
        Thread.startVirtualThread(() -> acceptQuietly(spool, "x".repeat(5000)));
      }
      inside.await();
      for (var i = 0; i < 60; i++) { // so many segments that the first is to be emptied
        finish(spool, accept(spool, "x".repeat(1500)));
      }
      var reader = Thread.startVirtualThread(() -> readQuietly(spool, mail));
      while (reader.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      open.countDown();
      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(text(spool, mail)).isEqualTo("read back from the log");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void acceptQuietly(Spool spool, String text) {
    try {
      accept(spool, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readQuietly(Spool spool, SpooledMail mail) {
    try {
      text(spool, mail);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whoAsksHearsThatAChangeFoundNoRoom() throws IOException {
    var disk = new CrashDisk();
    try (var spool = open(disk)) {
      accept(spool, "stays");
    }
    try (var spool = open(disk)) {
      var mail = spool.list().getFirst();
      disk.capacity(0);
      spool.update(mail.id(), s -> s.with(MailState.Hold.HELD));
      assertThatThrownBy(spool::sync)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.why()).isEqualTo(StoreException.Why.FULL));
      disk.capacity(Long.MAX_VALUE);
      spool.sync();
    }
    try (var spool = open(disk)) {
      assertThat(spool.list().getFirst().state().held()).isTrue();
    }
  }

  /** Looks at what is asked of a disk, and may throw. */
  @FunctionalInterface
  private interface Before {
    void call(String method, Object[] arguments) throws IOException;
  }

  private static Disk faulty(Disk disk, Before before) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (self, method, arguments) -> {
              before.call(method.getName(), arguments);
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
