package io.l7.smtp;

import io.l7.common.disk.Disk;
import io.l7.common.time.Scheduler;
import io.l7.smtp.client.RelayTransport;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.policy.Recipients;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.queue.MailQueue;
import io.l7.smtp.queue.QueueOptions;
import io.l7.smtp.session.MailDrop;
import io.l7.smtp.store.ContentBuffer;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.StoreException;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spool, queue and mailboxes together: everything of a mail server that is not a socket. */
final class MailEngine implements MailDrop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailEngine.class);

  /** Threads that write mailboxes: more would only wait for the same disk. */
  private static final int DELIVERY_THREADS = 2;

  private final Spool spool;
  private final MailQueue queue;
  private final MaildirDelivery maildirs;
  private final SmtpLimits limits;
  private final ExecutorService couriers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("l7-smtp-courier-", 0).factory());
  private final ExecutorService delivery = pool("l7-smtp-delivery-", DELIVERY_THREADS);
  private final ExecutorService settling = pool("l7-smtp-settler-", 1);

  MailEngine(
      Disk disk,
      StoreLayout layout,
      Scheduler scheduler,
      SmtpLimits limits,
      QueueOptions options,
      Recipients recipients,
      RelayTransport transport,
      String hostname)
      throws IOException {
    this.limits = limits;
    this.spool =
        Spool.open(disk, layout, scheduler.clock(), limits.inMemoryMessage(), Spool.SEGMENT);
    this.maildirs = new MaildirDelivery(disk, new Maildirs(layout.mailboxes()));
    this.queue =
        new MailQueue(
            new MailQueue.Parts(
                spool,
                maildirs,
                transport,
                recipients::targets,
                scheduler,
                RandomGenerator.getDefault(),
                hostname,
                couriers,
                delivery,
                settling),
            options);
  }

  private static ExecutorService pool(String name, int threads) {
    return Executors.newFixedThreadPool(
        threads, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /** Begins to deliver what an earlier run left. */
  void start() {
    queue.start();
  }

  MailQueue queue() {
    return queue;
  }

  Spool spool() {
    return spool;
  }

  MaildirDelivery maildirs() {
    return maildirs;
  }

  @Override
  public boolean hasRoom() {
    return spool.size() < limits.maxQueuedMails();
  }

  @Override
  public ContentBuffer newContent() {
    return spool.newContent();
  }

  @Override
  public MailId accept(Envelope envelope, ContentBuffer content) throws StoreException {
    var mail = spool.accept(envelope, content);
    try {
      queue.enqueue(mail);
    } catch (RuntimeException e) {
      // We end, say. The mail is stored all the same: a client that heard no 250 would send
      // another.
      LOG.warn("mail {} waits for the next start", mail.id(), e);
    }
    return mail.id();
  }

  /** Lets deliveries under way end. */
  void drain(Duration limit) {
    var end = System.nanoTime() + limit.toNanos();
    queue.drain(limit);
    delivery.shutdown();
    try {
      if (!delivery.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.info("some deliveries wait for the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    queue.drain(Duration.ZERO);
    delivery.close();
    settling.close();
    couriers.shutdownNow();
    queue.close();
    spool.close();
  }
}
