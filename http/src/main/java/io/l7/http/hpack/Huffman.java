package io.l7.http.hpack;

/** The one Huffman code of RFC 7541 Appendix B. */
final class Huffman {
  /** Octets that decoding makes of each encoded one, at most: the shortest code has five bits. */
  static final int MOST_GROWTH = 2;

  private static final int EOS = 256;
  private static final int LONGEST = 30;
  private static final int SHORTEST = 5;

  /** Codes up to this length are found by one look into a table. */
  private static final int AT_ONCE = 9;

  /** Bits of each octet's code, and of EOS; the code is canonical, so they tell all of it. */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30
  };

  private static final int[] CODES = new int[LENGTHS.length];

  /** All symbols by length of their codes, and by value where it is the same. */
  private static final short[] SYMBOLS = new short[LENGTHS.length];

  /** Behind the codes of a length: the first that is longer, its bits at the upper end of 32. */
  private static final long[] LIMITS = new long[LONGEST + 1];

  /** What to add to a code of a length for its place in {@link #SYMBOLS}. */
  private static final int[] PLACES = new int[LONGEST + 1];

  /** By the next bits: length and symbol; 0 where the code is longer. */
  private static final short[] SHORT_CODES = new short[1 << AT_ONCE];

  static {
    int code = 0;
    int place = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      PLACES[length] = place - code;
      for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
        if (LENGTHS[symbol] == length) {
          SYMBOLS[place++] = (short) symbol;
          CODES[symbol] = code++;
        }
      }
      LIMITS[length] = (long) code << (32 - length);
    }
    for (int bits = 0; bits < SHORT_CODES.length; bits++) {
      long window = (long) bits << (32 - AT_ONCE);
      int length = SHORTEST;
      while (length <= AT_ONCE && window >= LIMITS[length]) {
        length++;
      }
      if (length <= AT_ONCE) {
        SHORT_CODES[bits] = (short) (length << 8 | symbol(window, length));
      }
    }
  }

  private Huffman() {}

  private static int symbol(long window, int length) {
    return SYMBOLS[(int) (window >>> (32 - length)) + PLACES[length]];
  }

  /** How many octets a text takes, each character one octet (ISO 8859-1). */
  static int length(String text) {
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits += LENGTHS[text.charAt(i) & 0xff];
    }
    return (int) ((bits + 7) >> 3);
  }

  /**
   * Encodes a text.
   *
   * @return the index behind the last octet, {@link #length} behind the first
   */
  static int encode(String text, byte[] into, int offset) {
    long bits = 0;
    int count = 0;
    int at = offset;
    for (int i = 0; i < text.length(); i++) {
      int octet = text.charAt(i) & 0xff;
      bits = bits << LENGTHS[octet] | CODES[octet];
      count += LENGTHS[octet];
      while (count >= 8) {
        count -= 8;
        into[at++] = (byte) (bits >>> count);
      }
    }
    if (count > 0) {
      into[at++] = (byte) (bits << (8 - count) | (0xff >>> count)); // RFC 7541 §5.2: padded by ones
    }
    return at;
  }

  /**
   * Decodes octets.
   *
   * @param into with room for {@link #MOST_GROWTH} times their number
   * @return how many octets they make
   */
  static int decode(byte[] from, int offset, int length, byte[] into) throws HpackException {
    int end = offset + length;
    int at = offset;
    int made = 0;
    long bits = 0;
    int count = 0;
    while (true) {
      while (count <= 32 && at < end) {
        bits = bits << 8 | (from[at++] & 0xff);
        count += 8;
      }
      if (count == 0) {
        return made;
      }
      // Behind the last octet ones are read, as padding would be.
      long window =
          (count >= 32 ? bits >>> (count - 32) : bits << (32 - count) | (1L << (32 - count)) - 1)
              & 0xffff_ffffL;
      int found = SHORT_CODES[(int) (window >>> (32 - AT_ONCE))];
      int codeLength = found != 0 ? found >> 8 : longer(window);
      if (codeLength > count) {
        checkPadding(bits, count);
        return made;
      }
      int symbol = found != 0 ? found & 0xff : symbol(window, codeLength);
      if (symbol == EOS) {
        throw new HpackException("EOS in a string");
      }
      into[made++] = (byte) symbol;
      count -= codeLength;
    }
  }

  private static int longer(long window) {
    int length = AT_ONCE + 1;
    while (length < LONGEST && window >= LIMITS[length]) {
      length++;
    }
    return length;
  }

  /** RFC 7541 §5.2: less than an octet, and the first bits of EOS, which are ones. */
  private static void checkPadding(long bits, int count) throws HpackException {
    int padding = (1 << Math.min(count, 8)) - 1;
    if (count > 7 || (bits & padding) != padding) {
      throw new HpackException("padding of a string");
    }
  }
}
