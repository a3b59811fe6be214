package io.l7.smtp.store;

import java.time.Instant;

/**
 * How far one recipient of a mail is.
 *
 * @param status open or how it ended
 * @param failures tries that failed for now
 * @param nextTry when it is due; meaningless once final
 * @param reason what the last try said, empty before the first
 */
public record RecipientState(Status status, int failures, Instant nextTry, String reason) {

  /** Open, or one of the ends. */
  public enum Status {
    PENDING,
    DELIVERED,
    FAILED,
    DELETED
  }

  /** Due at once, never tried. */
  public static RecipientState due(Instant now) {
    return new RecipientState(Status.PENDING, 0, now, "");
  }

  /** Whether nothing more will happen to this recipient. */
  public boolean isFinal() {
    return status != Status.PENDING;
  }

  /** This recipient at its end. */
  public RecipientState ended(Status end, String why) {
    return new RecipientState(end, failures, nextTry, why);
  }

  /** This recipient after a failure that may pass. */
  public RecipientState deferred(Instant next, String why) {
    return new RecipientState(Status.PENDING, failures + 1, next, why);
  }

  /** This recipient, due at another time. */
  public RecipientState dueAt(Instant next) {
    return new RecipientState(status, failures, next, reason);
  }
}
