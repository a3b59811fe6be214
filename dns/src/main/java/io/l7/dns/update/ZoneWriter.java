package io.l7.dns.update;

import io.l7.dns.message.Message;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneEdit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a primary zone: a platform thread that takes all the updates that wait, applies
 * one after the other, makes them durable with one sync, serves the result and only then answers
 * (group commit). A fault of the disk fails them all and changes nothing that is served.
 */
public final class ZoneWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZoneWriter.class);

  /**
   * Updates that may wait for one writer: beyond it the client gets SERVFAIL and may come again.
   */
  private static final int MAX_WAITING = 10_000;

  /**
   * Updates that share a sync: enough for the rate of a disk, few enough to keep the first one's
   * wait short.
   */
  private static final int MAX_GROUP = 1_000;

  private final LiveZone zone;
  private final UpdatePolicy policy;
  private final Upkeep upkeep;
  private final Optional<Journal> journal;
  private final Checkpoint checkpoint;
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Keeps derived records right: what a signed zone needs after an edit, before its serial is
   * final.
   */
  @FunctionalInterface
  public interface Upkeep {
    void maintain(ZoneEdit edit);

    /** Whether the zone stays right under edits; a signed zone without its keys would not. */
    default boolean keeps(Zone zone) {
      return true;
    }

    /** For zones without derived records. */
    static Upkeep none() {
      return new Upkeep() {
        @Override
        public void maintain(ZoneEdit edit) {}

        @Override
        public boolean keeps(Zone zone) {
          return !zone.isSigned();
        }
      };
    }
  }

  /**
   * Told after every commit; writes the zone file and empties the journal when that has grown too
   * long.
   */
  @FunctionalInterface
  public interface Checkpoint {
    void reached(Journal journal, Zone zone);

    /** The journal grows for ever. */
    static Checkpoint never() {
      return (journal, zone) -> {};
    }
  }

  private record Job(Work work, CompletableFuture<Rcode> done) {}

  /** Has the writer look whether it is to end. */
  private static final Job WAKE = new Job(Step::none, new CompletableFuture<>());

  /**
   * What a job makes of the zone.
   *
   * @param published the difference for secondaries; none where nothing changes
   * @param kept the same for the journal
   */
  private record Step(Zone zone, Optional<ZoneDelta> published, List<Journal.Entry> kept) {
    static Step none(Zone zone) {
      return new Step(zone, Optional.empty(), List.of());
    }
  }

  /** Makes a version out of the latest one, or refuses. */
  @FunctionalInterface
  private interface Work {
    Step on(Zone latest) throws UpdateRefused;
  }

  /** What an update does to the zone; it may refuse, and then must not have touched it. */
  @FunctionalInterface
  private interface Change {
    void apply(ZoneEdit edit) throws UpdateRefused;
  }

  /**
   * Starts the writer.
   *
   * @param journal empty for a zone that lives in memory alone
   */
  public ZoneWriter(
      LiveZone zone,
      UpdatePolicy policy,
      Upkeep upkeep,
      Optional<Journal> journal,
      Checkpoint checkpoint) {
    this.zone = zone;
    this.policy = policy;
    this.upkeep = upkeep;
    this.journal = journal;
    this.checkpoint = checkpoint;
    this.thread = Thread.ofPlatform().daemon().name("dns-writer-" + zone.origin()).start(this::run);
  }

  public LiveZone zone() {
    return zone;
  }

  /**
   * Applies an UPDATE message whose signature was checked, and returns when the outcome is durable.
   * Blocks.
   */
  public Rcode update(Message message, Optional<TsigKey> key) {
    if (!policy.knows(key)) {
      return Rcode.REFUSED;
    }
    if (!upkeep.keeps(zone.zone())) {
      LOG.warn("zone {}: it is signed and its keys are not here: update refused", zone.origin());
      return Rcode.REFUSED;
    }
    return update(
        edit -> {
          new Prerequisites(edit).check(message.answer());
          var changes = new Changes(edit);
          changes.scan(message.authority(), policy, key);
          changes.apply(message.authority());
        });
  }

  /** Applies changes of the server's own operator, as the registrar makes them. Blocks. */
  public Rcode change(Consumer<ZoneEdit> change) {
    return update(change::accept);
  }

  /**
   * Serves a version that came whole, as from an edited file, as {@code signing} makes it. REFUSED
   * when its serial is not newer. Blocks.
   *
   * <p>The journal leads to the version of the file first, and from there to what is served: so it
   * can be played onto that file at the next start.
   */
  public Rcode replace(Zone file, UnaryOperator<Zone> signing) {
    return submit(
        latest -> {
          if (!Serial.isAfter(file.serial(), latest.serial())) {
            throw new UpdateRefused(Rcode.REFUSED, "serial " + file.serial() + " is not newer");
          }
          var kept = new ArrayList<Journal.Entry>();
          kept.add(new Journal.Entry(ZoneDelta.between(latest, file), Optional.empty()));
          Zone next = signing.apply(file);
          if (next != file) {
            kept.add(new Journal.Entry(ZoneDelta.between(file, next), Journal.digest(file)));
          }
          return new Step(next, Optional.of(ZoneDelta.between(latest, next)), kept);
        });
  }

  private Rcode update(Change change) {
    return submit(
        latest -> {
          ZoneEdit edit = latest.edit();
          change.apply(edit);
          if (!edit.isChanged()) {
            return Step.none(latest);
          }
          finish(edit);
          ZoneDelta delta = edit.delta();
          var entry = new Journal.Entry(delta, Optional.empty());
          return new Step(edit.zone(), Optional.of(delta), List.of(entry));
        });
  }

  private Rcode submit(Work work) {
    var job = new Job(work, new CompletableFuture<>());
    if (closed || !jobs.offer(job)) {
      return Rcode.SERVFAIL;
    }
    if (closed) {
      refuseLate(job); // the writer may have looked for the last time
    }
    return job.done.join();
  }

  private void refuseLate(Job job) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    job.done.complete(Rcode.SERVFAIL); // nothing, where it was done
  }

  private void run() {
    while (!closed || !jobs.isEmpty()) {
      var group = new ArrayList<Job>();
      try {
        group.add(jobs.take());
      } catch (InterruptedException e) {
        continue; // by nobody of ours
      }
      jobs.drainTo(group, MAX_GROUP - 1);
      group.remove(WAKE);
      try {
        commit(group);
      } catch (RuntimeException | Error e) { // whatever it is, others wait for this thread
        LOG.error("zone {}: updates failed", zone.origin(), e);
        group.forEach(job -> job.done.complete(Rcode.SERVFAIL));
      }
    }
  }

  private void commit(List<Job> group) {
    Zone latest = zone.zone();
    var deltas = new ArrayList<ZoneDelta>();
    var entries = new ArrayList<Journal.Entry>();
    var outcomes = new ArrayList<Rcode>();
    for (Job job : group) {
      Rcode outcome;
      try {
        Step step = job.work.on(latest);
        latest = step.zone;
        step.published.ifPresent(deltas::add);
        entries.addAll(step.kept);
        outcome = Rcode.NOERROR;
      } catch (UpdateRefused e) {
        LOG.debug("zone {}: update refused: {}", zone.origin(), e.getMessage());
        outcome = e.rcode();
      } catch (RuntimeException e) {
        LOG.error("zone {}: an update failed", zone.origin(), e); // the others are not to blame
        outcome = Rcode.SERVFAIL;
      }
      outcomes.add(outcome);
    }
    if (!deltas.isEmpty() && !isDurable(entries)) {
      group.forEach(job -> job.done.complete(Rcode.SERVFAIL));
      return;
    }
    if (!deltas.isEmpty()) {
      zone.publish(latest, deltas);
      journal.ifPresent(j -> checkpoint.reached(j, zone.zone()));
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).done.complete(outcomes.get(i));
    }
  }

  // RFC 2136 §3.6: the serial rises with every change, unless the update itself has raised it.
  private void finish(ZoneEdit edit) {
    long before = edit.before().serial();
    ResourceRecord soa = edit.set(zone.origin(), RRType.SOA).records().getFirst();
    if (!Serial.isAfter(Soa.of(soa.rdata()).serial(), before)) {
      edit.serial(Serial.next(before));
    }
    // RFC 8976 §2: a digest of the zone as it was is worse than none, and a new one takes a walk
    // over the whole zone.
    boolean digestIsOld =
        edit.before()
            .set(zone.origin(), RRType.ZONEMD)
            .map(RRset::rdata)
            .map(edit.set(zone.origin(), RRType.ZONEMD).rdata()::equals)
            .orElse(false);
    if (digestIsOld) {
      edit.put(RRset.of(zone.origin(), RRType.ZONEMD, 0, List.of()));
    }
    upkeep.maintain(edit);
  }

  private boolean isDurable(List<Journal.Entry> entries) {
    if (journal.isEmpty()) {
      return true;
    }
    try {
      journal.get().appendEntries(entries);
      return true;
    } catch (IOException e) {
      LOG.error("zone {}: the journal cannot be written", zone.origin(), e);
      return false;
    }
  }

  /** How many updates wait for the one that is being done. */
  int waiting() {
    return jobs.size();
  }

  /** Whether the end was asked for. */
  boolean isClosing() {
    return closed;
  }

  /** Ends after the updates that wait. */
  @Override
  public void close() throws IOException {
    closed = true;
    var _ = jobs.offer(WAKE); // an interrupt would close the journal under a write
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (journal.isPresent()) {
      journal.get().close();
    }
  }
}
