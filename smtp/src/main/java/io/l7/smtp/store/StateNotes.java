package io.l7.smtp.store;

import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the log what becomes of mails. Nobody waits for a note: one that finds no room is
 * written again as soon as there is some; only a crash before that costs something, a second
 * delivery. The caller holds the mail. Thread-safe.
 */
final class StateNotes {
  private static final Logger LOG = LoggerFactory.getLogger(StateNotes.class);

  private final GroupCommitter committer;
  private final SegmentKeeper keeper;
  private final Executor blocking;
  private final Consumer<MailId> deleteBody;

  /** Whether it is about to be looked what the log can give back. */
  private final AtomicBoolean givingBack = new AtomicBoolean();

  /** Mails whose newest state the log could not take. */
  private final Set<LiveMail> unwritten = ConcurrentHashMap.newKeySet();

  /** The note that was queued last; those before it are written before it. */
  private volatile CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  StateNotes(
      GroupCommitter committer,
      SegmentKeeper keeper,
      Executor blocking,
      Consumer<MailId> deleteBody) {
    this.committer = committer;
    this.keeper = keeper;
    this.blocking = blocking;
    this.deleteBody = deleteBody;
  }

  /** Notes the state that a mail has. */
  void state(LiveMail mail) {
    mail.recorded = true;
    note(mail, RecordCodec.state(mail.id, mail.state), () -> {}, () -> {});
  }

  /**
   * Notes that a mail is over. Its segment is without it even where that found no room: segments
   * that hold nobody any more are the room that a full disk has.
   */
  void finished(LiveMail mail) {
    note(
        mail,
        RecordCodec.finished(mail.id),
        () -> {
          unwritten.remove(mail); // a state that found no room is of no use any more
          bury(mail);
          // its content stays until then: a start that found the mail would miss it
          if (mail.noted.compareAndSet(false, true) && mail.ownFile()) {
            blocking.execute(() -> deleteBody.accept(mail.id));
          }
        },
        () -> {
          bury(mail);
          giveBack();
        });
  }

  private void bury(LiveMail mail) {
    if (mail.buried.compareAndSet(false, true)) {
      keeper.end(mail.position.segment());
    }
  }

  private void giveBack() {
    if (givingBack.compareAndSet(false, true)) {
      blocking.execute(
          () -> {
            givingBack.set(false);
            try {
              if (keeper.release() > 0) {
                writeAgain();
              }
            } catch (IOException e) {
              LOG.error("old segments of the log cannot be freed", e);
            }
          });
    }
  }

  private void note(LiveMail mail, byte[] record, Runnable durable, Runnable refused) {
    last =
        committer
            .append(record)
            .whenComplete(
                (position, failure) -> {
                  if (failure == null) {
                    durable.run();
                    thereIsRoom();
                  } else {
                    LOG.warn("the log could not take a note: {}", failure.toString());
                    unwritten.add(mail);
                    refused.run();
                  }
                });
  }

  /** The log was written: what it could not take before may be tried again. */
  void thereIsRoom() {
    if (!unwritten.isEmpty()) {
      blocking.execute(this::writeAgain);
    }
  }

  /** Tries again what found no room. */
  void writeAgain() {
    for (var mail : List.copyOf(unwritten)) {
      if (unwritten.remove(mail)) {
        synchronized (mail) {
          if (mail.finished) {
            finished(mail);
          } else {
            state(mail);
          }
        }
      }
    }
  }

  /**
   * Waits until what was noted is on the disk.
   *
   * @throws StoreException some of it found no room
   */
  void sync() throws StoreException {
    last.handle((position, failure) -> position).join();
    writeAgain();
    try {
      last.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException s ? s : new StoreException(new IOException(e));
    }
  }
}
