package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.StoreException;
import io.l7.smtp.store.StoreLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * A hundred mails, and the power is cut at every change that the disk sees, one run for each.
 * Whatever was acknowledged is delivered after the restart; a mail is never there twice in a
 * mailbox, and went out at most twice.
 */
class CrashTest {
  private static final int MAILS = 100;
  private static final Path ROOT = Path.of("/store");
  private static final StoreLayout LAYOUT = new StoreLayout(ROOT);

  /** Small, so that the run rolls over many segments and uses them again. */
  private static final int SEGMENT = 16 << 10;

  /** Small, so that some mails get files of their own. */
  private static final int IN_MEMORY = 4 << 10;

  /** What the outside world has seen, which no power cut undoes. */
  private static final class World {
    final Set<Integer> acknowledged = new HashSet<>();
    final Map<Integer, Integer> relayed = new HashMap<>();
  }

  /** What becomes of a mail. */
  private enum Fate {
    DELIVERED,
    RELAYED,
    RETURNED;

    static Fate of(int number) {
      return number % 10 == 4 ? RETURNED : number % 3 == 0 ? RELAYED : DELIVERED;
    }
  }

  private record Mta(Spool spool, MailQueue queue, VirtualTime time) {}

  private static Mta start(Disk disk, World world) throws IOException {
    var time = new VirtualTime();
    var spool = Spool.open(disk, LAYOUT, time.clock(), IN_MEMORY, SEGMENT);
    var queue =
        new MailQueue(
            new MailQueue.Parts(
                spool,
                new MaildirDelivery(disk, new Maildirs(LAYOUT.mailboxes())),
                domain -> new Carrier(world),
                address -> List.of(new Target.Local(address.canonical())),
                time,
                new SplittableRandom(1),
                "test",
                Runnable::run,
                Runnable::run,
                Runnable::run),
            QueueOptions.defaults().linger(Duration.ZERO));
    queue.start();
    return new Mta(spool, queue, time);
  }

  private record Carrier(World world) implements Courier {
    @Override
    public List<Outcome> deliver(Consignment consignment) {
      try {
        var out = new ByteArrayOutputStream();
        consignment.content().copyTo(out);
        var number = number(out.toString(StandardCharsets.ISO_8859_1));
        if (Fate.of(number) == Fate.RETURNED) {
          return List.of(
              new Outcome.Failed(
                  Optional.of("next"), EnhancedStatus.of("5.1.1"), "550 5.1.1 nobody"));
        }
        world.relayed.merge(number, 1, Integer::sum);
        return List.of(new Outcome.Delivered(Optional.of("next"), "250 ok", Outcome.DsnDuty.OURS));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }

  /**
   * One in three is relayed, one in ten comes back, one in twenty is large; each carries its number
   * and a checksum of its text.
   */
  private static String text(int number) {
    var body = "mail " + number + " x".repeat(number % 20 == 7 ? 4000 : 50 + number % 90);
    return "Subject: " + number + " " + body.hashCode() + "\r\n\r\n" + body + "\r\n";
  }

  private static int number(String content) {
    var subject = content.substring(content.indexOf("Subject: ") + 9);
    var words = subject.substring(0, subject.indexOf('\n')).strip().split(" ", 2);
    var body = subject.substring(subject.indexOf("mail ")).strip();
    assertThat(body.hashCode())
        .as("content of mail %s", words[0])
        .isEqualTo(Integer.parseInt(words[1]));
    return Integer.parseInt(words[0]);
  }

  private static void run(CrashDisk disk, World world) throws IOException {
    var system = start(disk, world);
    try {
      for (var n = 0; n < MAILS; n++) {
        try (var content = system.spool().newContent()) {
          content.write(text(n).getBytes(StandardCharsets.ISO_8859_1));
          var mail = system.spool().accept(envelope(n), content);
          world.acknowledged.add(n);
          system.queue().enqueue(mail);
        }
        if (n % 10 == 9) {
          system.time().advance(Duration.ofSeconds(2)); // mailboxes are made durable
        }
      }
      system.queue().close();
    } finally {
      system.spool().close();
    }
  }

  private static Envelope envelope(int number) {
    var address = Mailbox.of("bob@hamburger.edu");
    var fate = Fate.of(number);
    var target =
        fate == Fate.DELIVERED ? new Target.Local("bob@hamburger.edu") : new Target.Remote(address);
    return new Envelope(
        fate == Fate.RETURNED ? ReversePath.of("alice@hamburger.edu") : ReversePath.nobody(),
        MailParameters.NONE,
        List.of(new Recipient(address, target, RcptParameters.NONE)));
  }

  private static List<Integer> mailbox(Disk disk) throws IOException {
    var out = new ArrayList<Integer>();
    for (var file : disk.list(LAYOUT.mailboxes().resolve("hamburger.edu/bob/new"))) {
      out.add(number(new String(disk.readAll(file, 1 << 20), StandardCharsets.ISO_8859_1)));
    }
    return out;
  }

  /** The mails that came back to alice, by the number in the subject that a report returns. */
  private static List<Integer> returned(Disk disk) throws IOException {
    var out = new ArrayList<Integer>();
    var folder = LAYOUT.mailboxes().resolve("hamburger.edu/alice/new");
    for (var file : disk.exists(folder) ? disk.list(folder) : List.<Path>of()) {
      var text = new String(disk.readAll(file, 1 << 20), StandardCharsets.ISO_8859_1);
      var subject = text.substring(text.lastIndexOf("\nSubject: ") + 10);
      out.add(Integer.parseInt(subject.substring(0, subject.indexOf(' '))));
    }
    return out;
  }

  /** Runs until the power goes, restarts on what is left, and compares. */
  private static boolean survives(long cutAt, CrashDisk disk, UnaryOperator<CrashDisk> cut)
      throws IOException {
    var world = new World();
    var finished = false;
    try {
      run(disk.cutPowerAt(cutAt), world);
      finished = disk.operations() < cutAt;
    } catch (StoreException | CrashDisk.PowerCut e) {
      // the cut
    }
    var after = cut.apply(disk);
    var again = start(after, world);
    again.time().advance(Duration.ofMinutes(10));
    again.queue().close();
    again.spool().close();
    var inMailbox = mailbox(after);
    assertThat(inMailbox).as("cut at %d: copies in the mailbox", cutAt).doesNotHaveDuplicates();
    var returned = returned(after);
    for (var n : world.acknowledged) {
      switch (Fate.of(n)) {
        case DELIVERED -> assertThat(inMailbox).as("cut at %d: mail %d", cutAt, n).contains(n);
        case RELAYED ->
            assertThat(world.relayed.getOrDefault(n, 0))
                .as("cut at %d: mail %d relayed", cutAt, n)
                .isBetween(1, 2);
        case RETURNED ->
            assertThat(Collections.frequency(returned, n))
                .as("cut at %d: reports about mail %d", cutAt, n)
                .isBetween(1, 2);
      }
    }
    assertThat(again.spool().size()).as("cut at %d: mails left", cutAt).isZero();
    assertThat(after.list(LAYOUT.quarantine())).as("cut at %d", cutAt).isEmpty();
    return !finished;
  }

  @Test
  @Spec("RFC 5321 §6.1")
  void nothingAcknowledgedIsLostWhereverThePowerIsCut() throws IOException {
    var cutAt = 1L;
    while (survives(cutAt, new CrashDisk(), CrashDisk::afterPowerCut)) {
      cutAt++;
    }
    assertThat(cutAt).as("crash points").isGreaterThan(500);
    System.out.println("power cut at each of " + (cutAt - 1) + " changes of the disk");
  }

  @Test
  void norWhenWhatWasNotSyncedSurvivesInPieces() throws IOException {
    var random = Seeded.random("norWhenWhatWasNotSyncedSurvivesInPieces");
    for (var round = 0; round < 200; round++) {
      survives(1 + random.nextInt(900), new CrashDisk(), d -> d.afterPowerCut(random));
    }
  }
}
