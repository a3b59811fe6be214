package io.l7.dash.bmff;

import java.io.IOException;

/**
 * The file is not what the standard or our bounds allow; the message says what and at which byte.
 */
public final class BmffException extends IOException {
  private static final long serialVersionUID = 1;
  private final long offset;

  /**
   * @param what what is wrong
   * @param offset position in the file or segment, in bytes
   */
  public BmffException(String what, long offset) {
    super(what + " (at byte " + offset + ")");
    this.offset = offset;
  }

  /** Where, in bytes from the start of the file or segment. */
  public long offset() {
    return offset;
  }
}
