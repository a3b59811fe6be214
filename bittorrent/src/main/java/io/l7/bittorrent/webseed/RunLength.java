package io.l7.bittorrent.webseed;

/**
 * How much to ask a web seed for at a time: so much that the wait for an answer is little beside
 * it, and not so much that peers find nothing to bring. Pure. Not safe for concurrent use.
 */
public final class RunLength {
  private static final int MUCH = 4;

  private final WebSeedLimits limits;
  private int bytes;

  public RunLength(WebSeedLimits limits) {
    this.limits = limits;
    this.bytes = limits.firstRun();
  }

  /** Bytes to ask for next. */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether it is time to ask for the next run: this one will be over so soon that the wait between
   * the two would count.
   *
   * @param taken bytes of it that have come, over 0
   * @param length of all of it
   * @param nanos since it began
   */
  public boolean isSoonOver(long taken, long length, long nanos) {
    return nanos * ((double) (length - taken) / taken) <= limits.quick().toNanos() / 2.0;
  }

  /** Bytes to ask for behind a run of which so much has come; as if that went on so. */
  public int bytesAhead(long taken, long length, long nanos) {
    boolean isQuick = nanos * ((double) length / taken) < limits.quick().toNanos();
    return isQuick && length >= bytes ? Math.min(limits.longestRun(), bytes * 2) : bytes;
  }

  /** A run of {@code length} bytes took that long. */
  public void took(long length, long nanos) {
    if (nanos > MUCH * limits.quick().toNanos()) {
      bytes = Math.max(limits.firstRun() / MUCH, bytes / 2);
    } else if (nanos < limits.quick().toNanos() && length >= bytes) {
      bytes = Math.min(limits.longestRun(), bytes * 2);
    }
  }
}
