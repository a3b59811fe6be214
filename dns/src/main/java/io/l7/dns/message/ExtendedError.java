package io.l7.dns.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An Extended DNS Error (RFC 8914): a code from the registry and a text for people.
 *
 * @param text UTF-8 without a final NUL, possibly empty
 */
public record ExtendedError(int code, String text) {
  public static final int OTHER = 0;
  public static final int UNSUPPORTED_DNSKEY_ALGORITHM = 1;
  public static final int UNSUPPORTED_DS_DIGEST = 2;
  public static final int STALE_ANSWER = 3;
  public static final int FORGED_ANSWER = 4;
  public static final int DNSSEC_INDETERMINATE = 5;
  public static final int DNSSEC_BOGUS = 6;
  public static final int SIGNATURE_EXPIRED = 7;
  public static final int SIGNATURE_NOT_YET_VALID = 8;
  public static final int DNSKEY_MISSING = 9;
  public static final int RRSIGS_MISSING = 10;
  public static final int NO_ZONE_KEY_BIT_SET = 11;
  public static final int NSEC_MISSING = 12;
  public static final int CACHED_ERROR = 13;
  public static final int NOT_READY = 14;
  public static final int BLOCKED = 15;
  public static final int CENSORED = 16;
  public static final int FILTERED = 17;
  public static final int PROHIBITED = 18;
  public static final int STALE_NXDOMAIN = 19;
  public static final int NOT_AUTHORITATIVE = 20;
  public static final int NOT_SUPPORTED = 21;
  public static final int NO_REACHABLE_AUTHORITY = 22;
  public static final int NETWORK_ERROR = 23;
  public static final int INVALID_DATA = 24;
  public static final int UNSUPPORTED_NSEC3_ITERATIONS = 27;

  private static final String[] NAMES = {
    "Other",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value"
  };

  static ExtendedError of(EdnsOption option) {
    byte[] data = option.dataInPlace();
    int end = data.length > 2 && data[data.length - 1] == 0 ? data.length - 1 : data.length;
    return new ExtendedError(
        Octets.u16(data, 0), new String(Arrays.copyOfRange(data, 2, end), StandardCharsets.UTF_8));
  }

  public EdnsOption toOption() {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    var data = new byte[2 + utf8.length];
    Octets.putU16(data, 0, code);
    System.arraycopy(utf8, 0, data, 2, utf8.length);
    return new EdnsOption(EdnsOption.EXTENDED_ERROR, data);
  }

  /** The registry's name of a code. */
  public static String nameOf(int code) {
    return code < NAMES.length ? NAMES[code] : "Error " + code;
  }

  @Override
  public String toString() {
    return code + " (" + nameOf(code) + ")" + (text.isEmpty() ? "" : ": (" + text + ")");
  }
}
