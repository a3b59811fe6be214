package io.l7.smtp.address;

import java.util.Optional;

/**
 * The sender of the envelope (RFC 5321 §4.1.2): a mailbox, or nobody for reports that must not be
 * answered.
 */
public sealed interface ReversePath {

  /** {@code <>}: the null reverse-path of bounces (RFC 5321 §4.5.5). */
  record Null() implements ReversePath {
    @Override
    public String toString() {
      return "<>";
    }
  }

  /** {@code <mailbox>}. */
  record Sender(Mailbox address) implements ReversePath {
    @Override
    public String toString() {
      return "<" + address + ">";
    }
  }

  /** The null path. */
  static ReversePath nobody() {
    return new Null();
  }

  /** A path with this sender. */
  static ReversePath of(Mailbox sender) {
    return new Sender(sender);
  }

  /** Reads {@code a@b} or the empty text, without angle brackets; for the program's own texts. */
  static ReversePath of(String text) {
    return text.isEmpty() || text.equals("<>") ? nobody() : of(Mailbox.of(text));
  }

  /** The sender, empty for the null path. */
  default Optional<Mailbox> mailbox() {
    return switch (this) {
      case Null() -> Optional.empty();
      case Sender(var address) -> Optional.of(address);
    };
  }
}
