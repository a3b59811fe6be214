package io.l7.smtp.protocol;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What may stand behind RCPT TO.
 *
 * @param notifyOn when to report; empty means the default of RFC 3461 §4.1, failure (and delay as
 *     we see fit)
 * @param originalRecipient ORCPT as {@code type;address} with its xtext undone (RFC 3461 §4.2)
 */
public record RcptParameters(Set<DsnNotify> notifyOn, Optional<String> originalRecipient) {
  /** No parameters. */
  public static final RcptParameters NONE = new RcptParameters(Set.of(), Optional.empty());

  public RcptParameters {
    notifyOn = notifyOn.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(notifyOn));
  }

  /** Whether a report of this kind is wanted. */
  public boolean wants(DsnNotify event) {
    return notifyOn.isEmpty()
        ? event == DsnNotify.FAILURE || event == DsnNotify.DELAY
        : notifyOn.contains(event);
  }
}
