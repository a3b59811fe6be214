package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.time.Scheduler;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Mails that are held and released while couriers come for them. */
class HoldAndReleaseTest {
  private static final int MAILS = 500;
  private static final StoreLayout LAYOUT = new StoreLayout(Path.of("/store"));

  private final Map<MailId, Integer> carried = new ConcurrentHashMap<>();
  private final CountDownLatch all = new CountDownLatch(MAILS);

  private final class Counted implements Courier {
    @Override
    public List<Outcome> deliver(Consignment mail) {
      if (carried.merge(mail.id(), 1, Integer::sum) == 1) {
        all.countDown();
      }
      return List.of(new Outcome.Delivered(Optional.of("mx"), "250 ok", Outcome.DsnDuty.PASSED_ON));
    }

    @Override
    public void close() {}
  }

  @Test
  void whateverIsReleasedWhileItIsFoundHeldGoesOutOnce() throws Exception {
    var disk = new CrashDisk();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var spool = Spool.open(disk, LAYOUT, Scheduler.real().clock(), 1 << 20, 1 << 20);
        var queue =
            new MailQueue(
                new MailQueue.Parts(
                    spool,
                    new MaildirDelivery(disk, new Maildirs(LAYOUT.mailboxes())),
                    domain -> new Counted(),
                    address -> List.of(),
                    Scheduler.real(),
                    new SplittableRandom(7),
                    "hamburger.edu",
                    threads,
                    Runnable::run,
                    Runnable::run),
                QueueOptions.defaults().linger(Duration.ZERO))) {
      for (var i = 0; i < MAILS; i++) {
        var mail = accept(spool, "far" + i % 7 + ".example");
        queue.enqueue(mail);
        queue.hold(Optional.of(mail.id()));
        queue.release(Optional.of(mail.id()));
      }
      assertThat(all.await(10, TimeUnit.SECONDS)).as("%d are left", all.getCount()).isTrue();
      queue.drain(Duration.ofSeconds(5));
    }
    assertThat(carried.values()).hasSize(MAILS).containsOnly(1);
  }

  private static SpooledMail accept(Spool spool, String domain) throws IOException {
    var address = Mailbox.of("carol@" + domain);
    try (var content = spool.newContent()) {
      content.write("Ketchup?\r\n".getBytes(StandardCharsets.US_ASCII));
      var to = new Recipient(address, new Target.Remote(address), RcptParameters.NONE);
      return spool.accept(
          new Envelope(ReversePath.of("bob@hamburger.edu"), MailParameters.NONE, List.of(to)),
          content);
    }
  }
}
