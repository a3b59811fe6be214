package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mails that were accepted and are not over, on disk and as an index in memory. When {@link
 * #accept} has returned, the mail survives a power cut. Thread-safe.
 *
 * <p>Segments are given back strictly from the oldest on: the record that ends a mail can then
 * never go before the mail's own, and a mail that is over cannot rise again. A few old mails that
 * keep a segment are copied to the newest one.
 */
public final class Spool implements AutoCloseable {
  /** Octets of a segment of the log: large enough to roll seldom, small enough to read at once. */
  public static final int SEGMENT = 32 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

  /**
   * Records kept in memory between acceptance and first delivery, in octets; the rest is read back
   * from the log.
   */
  private static final long CACHE = 64L << 20;

  private final Disk disk;
  private final StoreLayout layout;
  private final InstantSource clock;
  private final int inMemory;
  private final GroupCommitter committer;
  private final SegmentKeeper keeper;
  private final Map<MailId, LiveMail> live = new ConcurrentHashMap<>();

  private final StateNotes notes;

  private final AtomicLong nextId;
  private final AtomicLong cached = new AtomicLong();
  private final ExecutorService blocking =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().name("l7-smtp-disk-", 0).daemon().factory());

  private Spool(Disk disk, StoreLayout layout, InstantSource clock, int inMemory, int segmentSize)
      throws IOException {
    this.disk = disk;
    this.layout = layout;
    this.clock = clock;
    this.inMemory = inMemory;
    for (var folder : List.of(layout.log(), layout.bodies(), layout.quarantine())) {
      disk.createDirectories(folder);
    }
    var recovery = new Recovery(disk, layout, clock.instant());
    recovery.run();
    live.putAll(recovery.live());
    nextId =
        new AtomicLong(
            Math.max(MailId.at(clock.instant()).value(), recovery.newest().next().value()));
    var supply = new SegmentSupply(disk, layout, segmentSize);
    for (var spare : recovery.spares()) {
      supply.adopt(spare);
    }
    keeper = new SegmentKeeper(supply, recovery.segments());
    live.values().forEach(m -> keeper.begin(m.position.segment()));
    committer =
        new GroupCommitter(
            supply,
            keeper,
            segmentSize,
            recovery.highest() + 1,
            () -> blocking.execute(this::makeProgress));
    notes = new StateNotes(committer, keeper, blocking, this::deleteBody);
    keeper.release();
  }

  /** Opens a store, recovering what an earlier run left; {@code segmentSize} octets a segment. */
  public static Spool open(
      Disk disk, StoreLayout layout, InstantSource clock, int inMemory, int segmentSize)
      throws IOException {
    return new Spool(disk, layout, clock, inMemory, segmentSize);
  }

  /** A place for the content of a mail to come, with the id it will have. */
  public ContentBuffer newContent() {
    var least = MailId.at(clock.instant()).value();
    var id = nextId.updateAndGet(last -> Math.max(last + 1, least));
    return new ContentBuffer(disk, layout, new MailId(id), inMemory, this::onDiskThread);
  }

  /**
   * Takes a mail. Blocks until it is durable.
   *
   * @throws StoreException it could not be stored; it was not accepted
   */
  public SpooledMail accept(Envelope envelope, ContentBuffer content) throws StoreException {
    var id = content.id();
    byte[] record;
    try {
      record =
          content.ownFile()
              ? RecordCodec.fileMail(id, envelope, content.length(), content.keep())
              : RecordCodec.inlineMail(id, envelope, content.memory(), content.used());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(e);
    }
    GroupCommitter.Position position;
    try {
      position = committer.append(record).join();
    } catch (CompletionException e) {
      dropBody(content);
      throw e.getCause() instanceof StoreException s ? s : new StoreException(new IOException(e));
    }
    var mail =
        (LogRecord.Mail)
            RecordCodec.decode(
                RecordFrame.MAIL, id, record, RecordFrame.HEADER, OctetWriter.get32(record, 12));
    var keep = cached.addAndGet(record.length) <= CACHE;
    if (!keep) {
      cached.addAndGet(-record.length);
    }
    var state = MailState.fresh(envelope.recipients().size(), id.time());
    var entry = new LiveMail(mail, state, position, keep ? record : null);
    live.put(id, entry);
    notes.thereIsRoom();
    return entry.view();
  }

  private void dropBody(ContentBuffer content) {
    try {
      content.forget();
    } catch (IOException e) {
      LOG.warn("content of the refused mail {} stays until the next start", content.id(), e);
    }
  }

  /** The mail of this id, while it is not over. */
  public Optional<SpooledMail> find(MailId id) {
    var mail = live.get(id);
    if (mail == null) {
      return Optional.empty();
    }
    synchronized (mail) {
      return Optional.of(mail.view());
    }
  }

  /** All mails that are not over, oldest first. */
  public List<SpooledMail> list() {
    return live.values().stream()
        .map(
            m -> {
              synchronized (m) {
                return m.view();
              }
            })
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .toList();
  }

  /** How many mails are not over. */
  public int size() {
    return live.size();
  }

  /**
   * Changes the state of a mail and notes it in the log, without waiting for the disk. A mail whose
   * recipients are all at their ends is over. Empty when it was over before.
   */
  public Optional<SpooledMail> update(MailId id, UnaryOperator<MailState> change) {
    var mail = live.get(id);
    if (mail == null) {
      return Optional.empty();
    }
    synchronized (mail) {
      if (mail.finished) {
        return Optional.empty();
      }
      mail.state = change.apply(mail.state);
      if (mail.state.isFinal()) {
        finish(mail);
      } else {
        uncache(mail);
        notes.state(mail);
      }
      return Optional.of(mail.view());
    }
  }

  private void finish(LiveMail mail) {
    mail.finished = true;
    uncache(mail);
    live.remove(mail.id);
    notes.finished(mail);
  }

  private void deleteBody(MailId id) {
    try {
      disk.delete(layout.body(id));
    } catch (IOException e) {
      LOG.warn("content of mail {} stays until the next start", id, e);
    }
  }

  private void uncache(LiveMail mail) {
    var record = mail.record;
    if (record != null) {
      mail.record = null;
      cached.addAndGet(-record.length);
    }
  }

  /**
   * The content of a mail. Reading one that is not in memory any more blocks on the disk.
   *
   * @throws IOException the mail is over, or what the disk gives does not match its checksum
   */
  public Content content(MailId id) throws IOException {
    var mail = live.get(id);
    if (mail == null) {
      throw new IOException("mail " + id + " is over");
    }
    if (mail.ownFile()) {
      return new FileContent(disk, layout.body(id), mail.length, mail.contentSum);
    }
    while (true) {
      GroupCommitter.Position position;
      synchronized (mail) {
        if (mail.record != null) {
          return Content.of(mail.record, mail.contentAt, (int) mail.length);
        }
        position = mail.position;
      }
      // Not while we hold the mail: those who have the threads of the disk may wait for it.
      try {
        var octets = onDiskThread(() -> SegmentReader.record(disk, layout, position, mail.id));
        return Content.of(octets, mail.contentAt, (int) mail.length);
      } catch (IOException e) {
        synchronized (mail) {
          if (mail.position.equals(position)) {
            throw e;
          }
        }
      }
    }
  }

  /**
   * Frees segments: from the oldest on those that hold no live mail; and empties one that few mails
   * keep.
   */
  private void makeProgress() {
    try {
      keeper.release();
      var crowded = keeper.toEmpty();
      if (crowded.isPresent()) {
        for (var mail : live.values()) {
          if (mail.position.segment() == crowded.getAsInt()) {
            relocate(mail);
          }
        }
        keeper.release();
      }
    } catch (IOException | CompletionException e) {
      LOG.error("old segments of the log cannot be freed", e);
    }
  }

  private void relocate(LiveMail mail) throws IOException {
    synchronized (mail) {
      if (mail.finished) {
        return;
      }
      var record =
          mail.ownFile()
              ? RecordCodec.fileMail(mail.id, mail.envelope, mail.length, mail.contentSum)
              : SegmentReader.record(disk, layout, mail.position, mail.id);
      var moved = committer.append(record);
      var noted = mail.recorded ? committer.append(RecordCodec.state(mail.id, mail.state)) : moved;
      var position = moved.join();
      try {
        noted.join();
      } catch (CompletionException e) {
        keeper.end(position.segment()); // the copy does not count: its state stayed behind
        throw e;
      }
      keeper.end(mail.position.segment());
      mail.position = position;
    }
  }

  /**
   * Waits until what was noted is on the disk.
   *
   * @throws StoreException some of it found no room: it is as it was at the next start
   */
  public void sync() throws StoreException {
    notes.sync();
  }

  /** How often the log was forced to the disk. */
  public long forces() {
    return committer.forces();
  }

  /** How many records the log took. */
  public long records() {
    return committer.records();
  }

  private <T> T onDiskThread(Callable<T> work) throws IOException {
    return DiskThreads.call(blocking, work);
  }

  /** Writes what is noted and ends; the caller has stopped everyone who uses the spool. */
  @Override
  public void close() {
    notes.writeAgain();
    committer.close();
    blocking.shutdown();
    try {
      keeper.release();
    } catch (IOException e) {
      LOG.warn("old segments of the log cannot be freed", e);
    }
  }
}
