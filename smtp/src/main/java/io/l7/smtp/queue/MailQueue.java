package io.l7.smtp.queue;

import io.l7.common.time.Scheduler;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.MaildirDelivery.Attempt;
import io.l7.smtp.mailbox.MaildirDelivery.Delivered;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings every accepted mail to its end: hands recipients that are due to the mailboxes or to the
 * lane of their destination, and writes down what became of them. Thread-safe.
 */
public final class MailQueue implements QueueControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailQueue.class);
  private static final EnhancedStatus LOCAL_FAULT = EnhancedStatus.of("4.3.0");

  /** Nanoseconds that a close may spend on forcing delivered files. */
  private static final long LAST_SETTLING = 1_000_000_000L;

  private record Key(MailId id, int recipient) {}

  private record Turn(SpooledMail mail, List<Integer> who) {}

  private final Spool spool;
  private final MaildirDelivery maildirs;
  private final Transport transport;
  private final Scheduler scheduler;
  private final QueueOptions options;
  private final Executor couriers;
  private final Executor disk;
  private final Ledger ledger;
  private final Settler settler;
  private final DueTimer timer;
  private final QueueEdits edits;
  private final Map<String, DestinationLane> lanes = new ConcurrentHashMap<>();
  private final Semaphore places;
  private final Set<Key> inFlight = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile long end = Long.MAX_VALUE;

  /**
   * What a queue works with. {@code disk} runs work that blocks on files, {@code couriers} work
   * that waits for peers.
   */
  public record Parts(
      Spool spool,
      MaildirDelivery maildirs,
      Transport transport,
      Router router,
      Scheduler scheduler,
      RandomGenerator random,
      String hostname,
      Executor couriers,
      Executor disk,
      Executor settling) {}

  /** A queue that does nothing before {@link #start}. */
  public MailQueue(Parts parts, QueueOptions options) {
    this.spool = parts.spool();
    this.maildirs = parts.maildirs();
    this.transport = parts.transport();
    this.scheduler = parts.scheduler();
    this.options = options;
    this.places = new Semaphore(options.couriers());
    this.couriers = parts.couriers();
    this.disk = parts.disk();
    var reports =
        new Reports(
            spool,
            parts.router(),
            scheduler.clock(),
            parts.hostname(),
            options.returnedOctets(),
            this::enqueue);
    this.ledger = new Ledger(spool, reports, options.schedule(), scheduler.clock(), parts.random());
    this.settler =
        new Settler(maildirs, scheduler, options, parts.settling(), this::renew, this::settled);
    this.timer =
        new DueTimer(
            scheduler, options.schedule().furthest().plus(Ledger.REPORT_RETRY), this::wake);
    this.edits = new QueueEdits(spool, scheduler.clock(), m -> dispatch(m, Attempt.AGAIN));
  }

  /** Begins: every mail of an earlier run is due once. */
  public void start() {
    edits.retry(Optional.empty());
  }

  /** Takes a mail that was just accepted. */
  public void enqueue(SpooledMail mail) {
    dispatch(mail, Attempt.FIRST);
  }

  private void wake(MailId id) {
    spool.find(id).ifPresent(mail -> dispatch(mail, Attempt.AGAIN));
  }

  private void dispatch(SpooledMail mail, Attempt attempt) {
    if (closed || mail.state().held()) {
      return;
    }
    var now = scheduler.clock().instant();
    var local = new ArrayList<Integer>();
    var remote = new LinkedHashMap<String, List<Integer>>();
    for (var i = 0; i < mail.state().recipients().size(); i++) {
      var state = mail.state().recipients().get(i);
      if (state.isFinal()) {
        continue;
      }
      if (!timer.isDue(state.nextTry(), now)) {
        timer.add(state.nextTry(), mail.id());
      } else if (inFlight.add(new Key(mail.id(), i))) {
        switch (mail.envelope().recipients().get(i).target()) {
          case Target.Local l -> local.add(i);
          case Target.Remote(var address) ->
              remote.computeIfAbsent(address.canonicalDomain(), d -> new ArrayList<>()).add(i);
        }
      }
    }
    if (!local.isEmpty()) {
      disk.execute(() -> deliverLocally(mail.id(), local, attempt));
    }
    remote.forEach((domain, who) -> submit(domain, new DestinationLane.Work(mail.id(), who)));
  }

  private void submit(String domain, DestinationLane.Work work) {
    for (var lane = lane(domain); !lane.submit(work); lane = lane(domain)) {
      lanes.remove(domain, lane); // it retired in between
    }
  }

  private DestinationLane lane(String domain) {
    return lanes.computeIfAbsent(
        domain,
        d ->
            new DestinationLane(
                d,
                transport,
                this::carry,
                couriers,
                options.concurrency(),
                options.linger(),
                places,
                retired -> lanes.remove(d, retired)));
  }

  /** How many destinations have work, or had it a moment ago. */
  int destinations() {
    return lanes.size();
  }

  /** How many times a mail waits to be looked at again. */
  int appointments() {
    return timer.size();
  }

  /**
   * The mail as it is now and those whose turn it is; the others are given back. Who was handed
   * over after an older look at the mail may be at his end since, and must not get it twice.
   */
  private Optional<Turn> turn(MailId id, List<Integer> claimed) {
    var found = spool.find(id);
    var who =
        found.filter(mail -> !mail.state().held()).stream()
            .flatMap(
                mail -> claimed.stream().filter(i -> !mail.state().recipients().get(i).isFinal()))
            .toList();
    if (who.size() < claimed.size()) {
      claimed.stream().filter(i -> !who.contains(i)).forEach(i -> inFlight.remove(new Key(id, i)));
      wake(id); // it may have been released since it was found held
    }
    return who.isEmpty() ? Optional.empty() : found.map(mail -> new Turn(mail, who));
  }

  private void deliverLocally(MailId id, List<Integer> claimed, Attempt attempt) {
    if (System.nanoTime() > end) {
      return; // the spool keeps the mail for the next start
    }
    turn(id, claimed).ifPresent(turn -> deliverLocally(turn.mail(), turn.who(), attempt));
  }

  private void deliverLocally(SpooledMail mail, List<Integer> who, Attempt attempt) {
    for (var i : who) {
      var recipient = mail.envelope().recipients().get(i);
      if (!(recipient.target() instanceof Target.Local(var user))) {
        throw new IllegalStateException("not a local recipient");
      }
      try {
        var content = spool.content(mail.id());
        var file = maildirs.deliver(user, mail.id(), i, mail.envelope(), content, attempt);
        settler.add(mail.id(), i, file);
      } catch (IOException | RuntimeException e) {
        tell(mail, user, e);
        var fault = new Outcome.Deferred(Optional.empty(), LOCAL_FAULT, "mailbox: " + e);
        settle(mail, List.of(i), List.of(fault));
      }
    }
  }

  private static void tell(SpooledMail mail, String user, Exception e) {
    if (e instanceof IOException) { // of a full disk each mail has the same to tell
      LOG.error("mail {} cannot be put into the mailbox of {}: {}", mail.id(), user, e.toString());
    } else {
      LOG.error("mail {} cannot be put into the mailbox of {}", mail.id(), user, e);
    }
  }

  private Delivered renew(MailId id, int recipient, Delivered file) throws IOException {
    var mail = spool.find(id);
    if (mail.isPresent()
        && mail.get().envelope().recipients().get(recipient).target()
            instanceof Target.Local(var user)) {
      return maildirs.renew(file, user, id, recipient, mail.get().envelope(), spool.content(id));
    }
    maildirs.forget(file); // deleted by hand: nobody relies on it
    return file;
  }

  /** A file in a mailbox is durable. */
  private void settled(MailId id, int recipient) {
    spool
        .find(id)
        .ifPresent(
            mail ->
                settle(
                    mail,
                    List.of(recipient),
                    List.of(
                        new Outcome.Delivered(
                            Optional.empty(), "in the mailbox", Outcome.DsnDuty.OURS))));
    inFlight.remove(new Key(id, recipient));
  }

  private void carry(DestinationLane.Work work, Courier courier) {
    turn(work.id(), work.recipients()).ifPresent(turn -> carry(turn.mail(), turn.who(), courier));
  }

  private void carry(SpooledMail mail, List<Integer> who, Courier courier) {
    var recipients = who.stream().map(mail.envelope().recipients()::get).toList();
    List<Outcome> outcomes;
    try {
      var content = spool.content(mail.id());
      outcomes = courier.deliver(new Consignment(mail.id(), mail.envelope(), recipients, content));
    } catch (IOException | RuntimeException e) {
      LOG.error("mail {} cannot be sent", mail.id(), e);
      var fault = new Outcome.Deferred(Optional.empty(), LOCAL_FAULT, "our fault: " + e);
      outcomes = who.stream().map(i -> (Outcome) fault).toList();
    }
    settle(mail, who, outcomes);
  }

  private void settle(SpooledMail mail, List<Integer> who, List<Outcome> outcomes) {
    var retries = ledger.write(mail, who, outcomes);
    who.forEach(i -> inFlight.remove(new Key(mail.id(), i)));
    retries.forEach(at -> timer.add(at, mail.id()));
  }

  @Override
  public List<SpooledMail> list() {
    return edits.list();
  }

  @Override
  public Optional<SpooledMail> show(MailId id) {
    return edits.show(id);
  }

  @Override
  public int retry(Optional<MailId> id) {
    return edits.retry(id);
  }

  @Override
  public int hold(Optional<MailId> id) {
    return edits.hold(id);
  }

  @Override
  public int release(Optional<MailId> id) {
    return edits.release(id);
  }

  @Override
  public int delete(Optional<MailId> id) {
    return edits.delete(id);
  }

  /**
   * Ends: lets what is under way finish within {@code limit}; the rest waits in the spool for the
   * next start.
   */
  public void drain(Duration limit) {
    if (!closed) {
      closed = true;
      end = System.nanoTime() + limit.toNanos();
    }
    timer.close();
    var deadline = end;
    lanes.values().forEach(lane -> lane.close(deadline));
  }

  /**
   * Makes what was delivered durable, for a second at most after {@link #drain}; the executors have
   * ended their work. The rest is delivered again at the next start, under the same names.
   */
  @Override
  public void close() {
    closed = true;
    timer.close();
    settler.drain(end == Long.MAX_VALUE ? end : System.nanoTime() + LAST_SETTLING);
  }
}
