package io.l7.smtp.protocol;

/**
 * Watches a content go by and remembers its first {@link LineDefect}; fed in pieces of any size.
 */
public final class LineGuard {
  private LineDefect defect = LineDefect.NONE;
  private boolean carriageReturn;
  private int allBits;

  /** Looks at the next octets. */
  public void watch(byte[] octets, int offset, int length) {
    for (var i = offset; i < offset + length; i++) {
      var b = octets[i];
      allBits |= b;
      if (carriageReturn || b == '\r' || b == '\n' || b == 0) {
        see(b);
      }
    }
  }

  private void see(byte b) {
    if (b == '\n' && !carriageReturn) {
      note(LineDefect.BARE_LF);
    } else if (b != '\n' && carriageReturn) {
      note(LineDefect.BARE_CR);
    }
    if (b == 0) {
      note(LineDefect.NUL);
    }
    carriageReturn = b == '\r';
  }

  private void note(LineDefect found) {
    if (defect == LineDefect.NONE) {
      defect = found;
    }
  }

  /** Whether there were octets above 127, announced or not (RFC 6152 §2). */
  public BodyType body() {
    return allBits < 0 ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT;
  }

  /** The first defect of the whole content; a carriage return at its very end is one. */
  public LineDefect atEnd() {
    if (carriageReturn) {
      note(LineDefect.BARE_CR);
    }
    return defect;
  }
}
