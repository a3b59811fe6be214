package io.l7.dns.message;

import java.io.ByteArrayOutputStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Presentation form of DS and RRSIG data (RFC 4034 §3.2, §5.3), read without judging whether digest
 * and signature are of a sensible length: broken ones must be expressible too.
 */
final class DnssecText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
  private static final Map<String, Integer> ALGORITHMS =
      Map.ofEntries(
          Map.entry("RSAMD5", 1),
          Map.entry("DH", 2),
          Map.entry("DSA", 3),
          Map.entry("RSASHA1", 5),
          Map.entry("DSA-NSEC3-SHA1", 6),
          Map.entry("NSEC3DSA", 6),
          Map.entry("RSASHA1-NSEC3-SHA1", 7),
          Map.entry("NSEC3RSASHA1", 7),
          Map.entry("RSASHA256", 8),
          Map.entry("RSASHA512", 10),
          Map.entry("ECC-GOST", 12),
          Map.entry("ECDSAP256SHA256", 13),
          Map.entry("ECDSAP384SHA384", 14),
          Map.entry("ED25519", 15),
          Map.entry("ED448", 16));

  private static final long MOST_SECONDS = 0xffff_ffffL;

  private DnssecText() {}

  private static int algorithm(String text) {
    Integer number = ALGORITHMS.get(text.toUpperCase(Locale.ROOT));
    return number != null ? number : (int) number(text, 255);
  }

  /** A number in decimal digits. */
  private static long number(String text, long most) {
    if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > most) {
      throw new IllegalArgumentException("'" + text + "' is no number from 0 to " + most);
    }
    return Long.parseLong(text);
  }

  private static void atLeast(int count, List<String> words) {
    if (words.size() < count) {
      throw new IllegalArgumentException("too few words");
    }
  }

  static Rdata ds(List<String> words) {
    atLeast(4, words);
    byte[] digest = HexFormat.of().parseHex(String.join("", words.subList(3, words.size())));
    var wire = new byte[4 + digest.length];
    Octets.putU16(wire, 0, (int) number(words.get(0), 0xffff));
    wire[2] = (byte) algorithm(words.get(1));
    wire[3] = (byte) number(words.get(2), 255);
    System.arraycopy(digest, 0, wire, 4, digest.length);
    return Rdata.of(wire);
  }

  static Rdata rrsig(List<String> words, Name origin) {
    atLeast(8, words);
    var fixed = new byte[Rrsig.FIXED_OCTETS];
    Octets.putU16(fixed, 0, RRType.parse(words.get(0)).code());
    fixed[2] = (byte) algorithm(words.get(1));
    fixed[3] = (byte) number(words.get(2), 255);
    Octets.putU32(fixed, 4, number(words.get(3), MOST_SECONDS));
    Octets.putU32(fixed, 8, time(words.get(4)));
    Octets.putU32(fixed, 12, time(words.get(5)));
    Octets.putU16(fixed, 16, (int) number(words.get(6), 0xffff));
    String signerText = words.get(7);
    Name signer = Name.parse(signerText);
    if (!signerText.endsWith(".") && !origin.isRoot()) {
      signer = signer.replaceEnding(Name.ROOT, origin);
    }
    String base64 = String.join("", words.subList(8, words.size())).replaceAll("=+$", "");
    var out = new ByteArrayOutputStream();
    out.writeBytes(fixed);
    out.writeBytes(signer.toWire());
    out.writeBytes(Base64.getDecoder().decode(base64));
    return Rdata.of(out.toByteArray());
  }

  static Rdata dnskey(List<String> words) {
    atLeast(4, words);
    byte[] key =
        Base64.getDecoder()
            .decode(String.join("", words.subList(3, words.size())).replaceAll("=+$", ""));
    var wire = new byte[4 + key.length];
    Octets.putU16(wire, 0, (int) number(words.get(0), 0xffff));
    wire[2] = (byte) number(words.get(1), 255);
    wire[3] = (byte) algorithm(words.get(2));
    System.arraycopy(key, 0, wire, 4, key.length);
    return Rdata.of(wire);
  }

  /** Fourteen digits are a date, fewer are seconds since 1970. */
  private static long time(String text) {
    return text.length() == 14
        ? LocalDateTime.parse(text, TIME).toEpochSecond(ZoneOffset.UTC)
        : number(text, MOST_SECONDS);
  }

  /** The generic form of RFC 3597 §5, for any type. */
  static Rdata generic(List<String> words) {
    atLeast(2, words);
    byte[] data = HexFormat.of().parseHex(String.join("", words.subList(2, words.size())));
    if (data.length != Integer.parseInt(words.get(1))) {
      throw new IllegalArgumentException(
          "length " + words.get(1) + " for " + data.length + " octets");
    }
    return Rdata.of(data);
  }
}
