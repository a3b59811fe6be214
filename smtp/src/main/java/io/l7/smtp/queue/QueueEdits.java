package io.l7.smtp.queue;

import io.l7.smtp.message.MailId;
import io.l7.smtp.store.MailState;
import io.l7.smtp.store.RecipientState;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The queue's commands as changes of the spool; used as it is on a store that no server has open.
 */
public final class QueueEdits implements QueueControl {
  private final Spool spool;
  private final InstantSource clock;
  private final Consumer<SpooledMail> changed;

  /** {@code changed} hears of each mail that was changed and is not over. */
  public QueueEdits(Spool spool, InstantSource clock, Consumer<SpooledMail> changed) {
    this.spool = spool;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public List<SpooledMail> list() {
    return spool.list();
  }

  @Override
  public Optional<SpooledMail> show(MailId id) {
    return spool.find(id);
  }

  @Override
  public int retry(Optional<MailId> id) {
    return edit(id, this::dueNow);
  }

  @Override
  public int hold(Optional<MailId> id) {
    return edit(id, s -> s.with(MailState.Hold.HELD));
  }

  @Override
  public int release(Optional<MailId> id) {
    return edit(id, s -> dueNow(s.with(MailState.Hold.FREE)));
  }

  @Override
  public int delete(Optional<MailId> id) {
    return edit(
        id,
        s ->
            each(
                s,
                r -> r.isFinal() ? r : r.ended(RecipientState.Status.DELETED, "deleted by hand")));
  }

  private MailState dueNow(MailState state) {
    var now = clock.instant();
    return each(state, r -> r.isFinal() ? r : r.dueAt(now));
  }

  private static MailState each(MailState state, UnaryOperator<RecipientState> change) {
    return new MailState(
        state.hold(), state.warning(), state.recipients().stream().map(change).toList());
  }

  private int edit(Optional<MailId> id, UnaryOperator<MailState> change) {
    var ids = id.map(List::of).orElseGet(() -> spool.list().stream().map(SpooledMail::id).toList());
    var count = 0;
    for (var one : ids) {
      var after = spool.update(one, change);
      if (after.isPresent()) {
        count++;
        changed.accept(after.get());
      }
    }
    return count;
  }
}
