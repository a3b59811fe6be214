package io.l7.smtp.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything about an accepted mail that changes. A snapshot: the last one written is the truth.
 *
 * @param hold whether a person stopped it
 * @param warning whether the sender was told of the delay
 * @param recipients by the index of the envelope
 */
public record MailState(Hold hold, Warning warning, List<RecipientState> recipients) {
  /** Whether a person stopped the mail. */
  public enum Hold {
    FREE,
    HELD
  }

  /** Whether the sender was told of the delay. */
  public enum Warning {
    NOT_SENT,
    SENT
  }

  public MailState {
    recipients = List.copyOf(recipients);
  }

  /** A mail just accepted: all recipients due. */
  public static MailState fresh(int recipients, Instant now) {
    var all = new ArrayList<RecipientState>(recipients);
    for (var i = 0; i < recipients; i++) {
      all.add(RecipientState.due(now));
    }
    return new MailState(Hold.FREE, Warning.NOT_SENT, all);
  }

  /** Whether all recipients are at their ends. */
  public boolean isFinal() {
    return recipients.stream().allMatch(RecipientState::isFinal);
  }

  /** Whether a person stopped it. */
  public boolean held() {
    return hold == Hold.HELD;
  }

  /** With another state of one recipient. */
  public MailState with(int index, RecipientState state) {
    var all = new ArrayList<>(recipients);
    all.set(index, state);
    return new MailState(hold, warning, all);
  }

  /** With another hold. */
  public MailState with(Hold other) {
    return new MailState(other, warning, recipients);
  }

  /** With the warning noted. */
  public MailState warned() {
    return new MailState(hold, Warning.SENT, recipients);
  }
}
