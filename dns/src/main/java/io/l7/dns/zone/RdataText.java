package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RdataCheck;
import io.l7.dns.message.RecordText;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;

/** Rdata from presentation form: the commonest types by a short way, all others by the codec's. */
final class RdataText {
  /** The one type whose data may be nothing at all (RFC 3123 §4). */
  private static final int APL = 42;

  private RdataText() {}

  /** A name as a master file writes it: {@code @}, absolute, or relative to the origin. */
  static Name name(String text, Name origin) {
    if (text.equals("@")) {
      return origin;
    }
    Name name = Name.parse(text);
    return isAbsolute(text) || origin.isRoot() ? name : name.replaceEnding(Name.ROOT, origin);
  }

  private static boolean isAbsolute(String text) {
    if (!text.endsWith(".")) {
      return false;
    }
    int backslashes = 0;
    for (int i = text.length() - 2; i >= 0 && text.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 0;
  }

  /**
   * Reads rdata.
   *
   * @throws IllegalArgumentException if the text is not data of the type
   */
  static Rdata parse(RRType type, String text, Name origin) {
    String data = text.stripTrailing();
    if (data.isEmpty() && type.code() != APL) {
      throw new IllegalArgumentException("missing " + type + " data");
    }
    if (data.isEmpty() || data.startsWith("\\#")) {
      return general(type, data, origin);
    }
    boolean oneWord = data.indexOf(' ') < 0 && data.indexOf('\t') < 0;
    boolean dotted = data.indexOf('.') >= 0;
    return switch (type.code()) {
      case 1 -> ipv4(data);
      case 2, 5, 12, 39 -> oneWord ? Rdata.name(name(data, origin)) : general(type, data, origin);
      case 28 -> dotted ? general(type, data, origin) : ipv6(data);
      case 43 -> ds(data).orElseGet(() -> general(type, data, origin));
      case 47 -> nsec(data, origin);
      default -> general(type, data, origin);
    };
  }

  private static Rdata general(RRType type, String data, Name origin) {
    Rdata rdata = RecordText.parse(type, data, origin);
    // RFC 3597 §5: the generic form of a known type is held to the type's own
    if (!RdataCheck.isWellFormed(type, rdata)) {
      throw new IllegalArgumentException("bad " + type + " data: " + data);
    }
    return rdata;
  }

  /** The hexadecimal form of RFC 4291 §2.2: groups, of which one run of zeros may be left out. */
  private static Rdata ipv6(String text) {
    var octets = new byte[16];
    int gap = text.indexOf("::");
    if (gap < 0) {
      if (groups(text, octets) != 16) {
        throw badAddress(text);
      }
      return Rdata.of(octets);
    }
    var tail = new byte[16];
    int before = groups(text.substring(0, gap), octets);
    int after = groups(text.substring(gap + 2), tail);
    if (before + after > 14) {
      throw badAddress(text);
    }
    System.arraycopy(tail, 0, octets, 16 - after, after);
    return Rdata.of(octets);
  }

  /** Reads groups with a colon between any two; returns how many octets they make. */
  private static int groups(String text, byte[] into) {
    int at = 0;
    int value = 0;
    int digits = 0;
    for (int i = 0; i <= text.length() && !text.isEmpty(); i++) {
      char c = i < text.length() ? text.charAt(i) : ':';
      if (c == ':') {
        if (digits == 0 || at == into.length) {
          throw badAddress(text);
        }
        into[at++] = (byte) (value >>> 8);
        into[at++] = (byte) value;
        value = 0;
        digits = 0;
      } else {
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0 || ++digits > 4) {
          throw badAddress(text);
        }
        value = value << 4 | digit;
      }
    }
    return at;
  }

  private static IllegalArgumentException badAddress(String text) {
    return new IllegalArgumentException("bad address " + text);
  }

  /** Four words with numbers for algorithm and digest type; other forms take the long way. */
  private static Optional<Rdata> ds(String text) {
    String[] words = text.split("[ \t]+", 5);
    if (words.length != 4 || !isNumber(words[0], 5) || !isNumber(words[1], 3)) {
      return Optional.empty();
    }
    int tag = Integer.parseInt(words[0]);
    int algorithm = Integer.parseInt(words[1]);
    if (!isNumber(words[2], 3)) {
      return Optional.empty();
    }
    int digestType = Integer.parseInt(words[2]);
    if (tag > 0xffff || algorithm > 255 || digestType > 255) {
      return Optional.empty();
    }
    byte[] digest = HexFormat.of().parseHex(words[3]);
    var wire = new byte[4 + digest.length];
    wire[0] = (byte) (tag >>> 8);
    wire[1] = (byte) tag;
    wire[2] = (byte) algorithm;
    wire[3] = (byte) digestType;
    System.arraycopy(digest, 0, wire, 4, digest.length);
    return Optional.of(Rdata.of(wire));
  }

  private static boolean isNumber(String text, int most) {
    return !text.isEmpty()
        && text.length() <= most
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static Rdata nsec(String text, Name origin) {
    String[] words = text.split("[ \t]+", -1);
    var types = new ArrayList<RRType>(words.length);
    for (int i = 1; i < words.length; i++) {
      types.add(RRType.parse(words[i]));
    }
    return Nsec.of(name(words[0], origin), types).rdata();
  }

  private static Rdata ipv4(String text) {
    var octets = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.' && value >= 0 && part < 4) {
        octets[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9' && value < 26 && value != 0) {
        value = Math.max(value, 0) * 10 + (c - '0');
      } else {
        throw badAddress(text);
      }
      if (value > 255) {
        throw badAddress(text);
      }
    }
    if (part != 4) {
      throw badAddress(text);
    }
    return Rdata.of(octets);
  }
}
