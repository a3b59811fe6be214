package io.l7.dns.message;

import java.util.Locale;
import java.util.StringJoiner;

/**
 * The set of header flags of a message, as the bits of the header's second word with opcode and
 * rcode cleared.
 */
public record Flags(int bits) {
  private static final int ALL = 0x87f0;
  public static final Flags NONE = new Flags(0);

  public Flags {
    bits &= ALL;
  }

  public static Flags of(Flag... flags) {
    int bits = 0;
    for (Flag flag : flags) {
      bits |= flag.mask();
    }
    return new Flags(bits);
  }

  public boolean has(Flag flag) {
    return (bits & flag.mask()) != 0;
  }

  public Flags with(Flag flag) {
    return new Flags(bits | flag.mask());
  }

  public Flags without(Flag flag) {
    return new Flags(bits & ~flag.mask());
  }

  /** Lower-case names in header order, as dig prints them: {@code qr rd ra}. */
  @Override
  public String toString() {
    var text = new StringJoiner(" ");
    for (Flag flag : Flag.values()) {
      if (has(flag)) {
        text.add(flag.name().toLowerCase(Locale.ROOT));
      }
    }
    return text.toString();
  }
}
