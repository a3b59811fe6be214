package io.l7.smtp.store;

import java.io.IOException;

/** The store could not take something; nothing was acknowledged and nothing is half there. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why, as far as a client should know. */
  public enum Why {
    /** No space; the client may come back later (452). */
    FULL,
    /** An input or output error (451). */
    FAILED
  }

  private final Why why;

  StoreException(IOException cause) {
    super(cause.getMessage(), cause);
    this.why = isFull(cause) ? Why.FULL : Why.FAILED;
  }

  /** Why. */
  public Why why() {
    return why;
  }

  /** Java has no type for a full disk; the words are those of strerror(3) for ENOSPC and EDQUOT. */
  private static boolean isFull(IOException e) {
    var text = String.valueOf(e.getMessage());
    return text.contains("No space left") || text.contains("quota exceeded");
  }
}
