package io.l7.dns.message;

import java.util.Locale;

/**
 * A response code, extended to 12 bits by EDNS (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §6.1.3).
 */
public record Rcode(int code) {
  public static final Rcode NOERROR = new Rcode(0);
  public static final Rcode FORMERR = new Rcode(1);
  public static final Rcode SERVFAIL = new Rcode(2);
  public static final Rcode NXDOMAIN = new Rcode(3);
  public static final Rcode NOTIMP = new Rcode(4);
  public static final Rcode REFUSED = new Rcode(5);
  public static final Rcode YXDOMAIN = new Rcode(6);
  public static final Rcode YXRRSET = new Rcode(7);
  public static final Rcode NXRRSET = new Rcode(8);
  public static final Rcode NOTAUTH = new Rcode(9);
  public static final Rcode NOTZONE = new Rcode(10);
  public static final Rcode BADVERS = new Rcode(16);
  public static final Rcode BADCOOKIE = new Rcode(23);

  private static final String[] NAMES = {
    "NOERROR",
    "FORMERR",
    "SERVFAIL",
    "NXDOMAIN",
    "NOTIMP",
    "REFUSED",
    "YXDOMAIN",
    "YXRRSET",
    "NXRRSET",
    "NOTAUTH",
    "NOTZONE"
  };

  public Rcode {
    if (code < 0 || code > 0xfff) {
      throw new IllegalArgumentException("rcode " + code);
    }
  }

  /**
   * A code from its mnemonic ({@code NOTIMPL} is taken too), case ignored.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Rcode parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(upper)) {
        return new Rcode(i);
      }
    }
    return switch (upper) {
      case "NOTIMPL" -> NOTIMP;
      case "BADVERS", "BADSIG" -> BADVERS;
      case "BADCOOKIE" -> BADCOOKIE;
      default -> throw new IllegalArgumentException("unknown rcode: " + text);
    };
  }

  @Override
  public String toString() {
    if (code < NAMES.length) {
      return NAMES[code];
    }
    return switch (code) {
      case 16 -> "BADVERS";
      case 23 -> "BADCOOKIE";
      default -> "RCODE" + code;
    };
  }
}
