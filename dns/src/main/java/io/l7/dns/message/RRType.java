package io.l7.dns.message;

import java.util.Locale;
import org.xbill.DNS.Type;

/** A resource record or question type (RFC 1035 §3.2.2, RFC 3597). */
public record RRType(int code) {
  public static final RRType A = new RRType(1);
  public static final RRType NS = new RRType(2);
  public static final RRType CNAME = new RRType(5);
  public static final RRType SOA = new RRType(6);
  public static final RRType PTR = new RRType(12);
  public static final RRType HINFO = new RRType(13);
  public static final RRType MX = new RRType(15);
  public static final RRType TXT = new RRType(16);
  public static final RRType SIG = new RRType(24);
  public static final RRType KEY = new RRType(25);
  public static final RRType AAAA = new RRType(28);
  public static final RRType SRV = new RRType(33);
  public static final RRType NAPTR = new RRType(35);
  public static final RRType DNAME = new RRType(39);
  public static final RRType OPT = new RRType(41);
  public static final RRType DS = new RRType(43);
  public static final RRType SSHFP = new RRType(44);
  public static final RRType RRSIG = new RRType(46);
  public static final RRType NSEC = new RRType(47);
  public static final RRType DNSKEY = new RRType(48);
  public static final RRType NSEC3 = new RRType(50);
  public static final RRType NSEC3PARAM = new RRType(51);
  public static final RRType TLSA = new RRType(52);
  public static final RRType CDS = new RRType(59);
  public static final RRType CDNSKEY = new RRType(60);
  public static final RRType ZONEMD = new RRType(63);
  public static final RRType SVCB = new RRType(64);
  public static final RRType HTTPS = new RRType(65);
  public static final RRType TKEY = new RRType(249);
  public static final RRType TSIG = new RRType(250);
  public static final RRType IXFR = new RRType(251);
  public static final RRType AXFR = new RRType(252);
  public static final RRType MAILB = new RRType(253);
  public static final RRType MAILA = new RRType(254);
  public static final RRType ANY = new RRType(255);
  public static final RRType CAA = new RRType(257);

  public RRType {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("type " + code);
    }
  }

  /**
   * A type from its mnemonic, or {@code TYPE666} (RFC 3597 §5), case ignored.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static RRType parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.equals("ZONEMD")) {
      return ZONEMD;
    }
    int code = Type.value(upper, true);
    if (code < 0) {
      throw new IllegalArgumentException("unknown record type: " + text);
    }
    return new RRType(code);
  }

  /**
   * Whether this type only makes sense in a question or in the transport: OPT and 128 to 255 (RFC
   * 6895 §3.1).
   */
  public boolean isMeta() {
    return code == 41 || (code >= 128 && code <= 255);
  }

  /** The mnemonic, or {@code TYPE666}. */
  @Override
  public String toString() {
    return code == 63 ? "ZONEMD" : Type.string(code);
  }
}
