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

  /** A run of {@code length} bytes took that long. */
  public void took(long length, long nanos) {
    if (nanos > MUCH * limits.quick().toNanos()) {
      bytes = Math.max(limits.firstRun() / MUCH, bytes / 2);
    } else if (nanos < limits.quick().toNanos() && length >= bytes) {
      bytes = Math.min(limits.longestRun(), bytes * 2);
    }
  }
}
