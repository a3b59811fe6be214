package io.l7.dns.transfer;

import java.io.IOException;

/** A primary answers IXFR in a way that leads nowhere; the whole zone may still be had of it. */
sealed class NoDifferences extends IOException {
  private static final long serialVersionUID = 1L;

  NoDifferences(String why) {
    super(why);
  }

  NoDifferences(IOException why) {
    super(why.getMessage(), why);
  }

  /** There are more of them than are held in memory. */
  static final class TooLarge extends NoDifferences {
    private static final long serialVersionUID = 1L;

    TooLarge(String why) {
      super(why);
    }
  }
}
