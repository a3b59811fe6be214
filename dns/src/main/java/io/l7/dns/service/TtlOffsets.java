package io.l7.dns.service;

import java.util.Arrays;

/** Where the TTLs, and the OPT record, lie in a message that this program composed itself. */
final class TtlOffsets {
  private static final int HEADER = 12;
  private static final int OPT = 41;
  private static final int TSIG = 250;

  private TtlOffsets() {}

  static int[] of(byte[] wire) {
    var offsets = new int[records(wire)];
    int found = 0;
    int at = afterQuestions(wire);
    for (int i = 0; i < offsets.length; i++) {
      at = afterName(wire, at);
      if (u16(wire, at) != OPT) {
        offsets[found++] = at + 4;
      }
      at += 10 + u16(wire, at + 8);
    }
    return Arrays.copyOf(offsets, found);
  }

  /** Whether the last record is a TSIG record. */
  static boolean isSigned(byte[] wire) {
    return u16(wire, 10) > 0 && u16(wire, lastLengthAt(wire) - 8) == TSIG;
  }

  /** Where the length of the last record's data lies, which is the OPT record's if there is one. */
  static int lastLengthAt(byte[] wire) {
    int last = 0;
    int at = afterQuestions(wire);
    for (int i = records(wire); i > 0; i--) {
      last = afterName(wire, at) + 8;
      at = last + 2 + u16(wire, last);
    }
    return last;
  }

  private static int records(byte[] wire) {
    return u16(wire, 6) + u16(wire, 8) + u16(wire, 10);
  }

  private static int afterQuestions(byte[] wire) {
    int at = HEADER;
    for (int i = u16(wire, 4); i > 0; i--) {
      at = afterName(wire, at) + 4;
    }
    return at;
  }

  private static int afterName(byte[] wire, int start) {
    int at = start;
    while (wire[at] != 0) {
      if ((wire[at] & 0xc0) == 0xc0) {
        return at + 2;
      }
      at += wire[at] + 1;
    }
    return at + 1;
  }

  private static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }
}
