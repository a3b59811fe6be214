package io.l7.dns.service;

import java.util.Arrays;

/** Where the TTLs lie in a message that this program composed itself. */
final class TtlOffsets {
  private static final int HEADER = 12;
  private static final int OPT = 41;

  private TtlOffsets() {}

  static int[] of(byte[] wire) {
    int questions = u16(wire, 4);
    int records = u16(wire, 6) + u16(wire, 8) + u16(wire, 10);
    int at = HEADER;
    for (int i = 0; i < questions; i++) {
      at = afterName(wire, at) + 4;
    }
    var offsets = new int[records];
    int found = 0;
    for (int i = 0; i < records; i++) {
      at = afterName(wire, at);
      if (u16(wire, at) != OPT) {
        offsets[found++] = at + 4;
      }
      at += 10 + u16(wire, at + 8);
    }
    return Arrays.copyOf(offsets, found);
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
