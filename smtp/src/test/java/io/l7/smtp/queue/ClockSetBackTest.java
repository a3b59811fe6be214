package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.testkit.WrongClock;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.MaildirDelivery.Delivered;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Somebody sets the machine's clock back by a day while mails are on their way. */
class ClockSetBackTest {
  private final CrashDisk disk = new CrashDisk();
  private final VirtualTime time = new VirtualTime();

  private final WrongClock scheduler = new WrongClock(time);

  @Test
  void aMailThatWaitsIsTriedAgainAtItsTime() throws IOException {
    var layout = new StoreLayout(Path.of("/store"));
    var tries = new ArrayList<Outcome>();
    Courier courier =
        new Courier() {
          @Override
          public List<Outcome> deliver(Consignment mail) {
            tries.add(
                new Outcome.Deferred(Optional.empty(), EnhancedStatus.of("4.2.1"), "451 later"));
            return List.of(tries.getLast());
          }

          @Override
          public void close() {}
        };
    var alice = Mailbox.of("alice@crepes.fr");
    try (var spool = Spool.open(disk, layout, scheduler.clock(), 1 << 20, 1 << 20);
        var queue =
            new MailQueue(
                new MailQueue.Parts(
                    spool,
                    new MaildirDelivery(disk, new Maildirs(layout.mailboxes())),
                    domain -> courier,
                    address -> List.of(),
                    scheduler,
                    new SplittableRandom(7),
                    "hamburger.edu",
                    Runnable::run,
                    Runnable::run,
                    Runnable::run),
                QueueOptions.defaults().linger(Duration.ZERO));
        var content = spool.newContent()) {
      var to = new Recipient(alice, new Target.Remote(alice), RcptParameters.NONE);
      var envelope = new Envelope(ReversePath.nobody(), MailParameters.NONE, List.of(to));
      queue.enqueue(spool.accept(envelope, content));
      assertThat(tries).hasSize(1);
      scheduler.set(Duration.ofDays(1).negated());
      time.advance(Duration.ofMinutes(7));
      assertThat(tries).hasSize(2);
      time.advance(Duration.ofMinutes(13));
      assertThat(tries).hasSize(3);
    }
  }

  @Test
  void whatIsDeliveredUnderLoadIsSettledAtItsTime() throws IOException {
    var settled = new ArrayList<Integer>();
    var settler =
        new Settler(
            new MaildirDelivery(disk, new Maildirs(Path.of("/mailboxes"))),
            scheduler,
            QueueOptions.defaults(),
            Runnable::run,
            (id, recipient, file) -> file,
            (id, recipient) -> settled.add(recipient));
    var folder = Path.of("/mailboxes/hamburger.edu/bob/new");
    disk.createDirectories(folder);
    var many = QueueOptions.defaults().settleAtOnce() + 1;
    for (var i = 0; i < many; i++) {
      var file = folder.resolve("mail" + i);
      disk.open(file, Disk.Open.CREATE_NEW).close();
      settler.add(new MailId(7), i, new Delivered(file));
    }
    scheduler.set(Duration.ofDays(1).negated());
    time.advance(Duration.ofMinutes(1));
    assertThat(settled).hasSize(many);
  }
}
