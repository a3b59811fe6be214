package io.l7.dns.message;

import io.l7.common.units.AddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Tokenizer;

/**
 * The presentation form of record data (RFC 1035 §5, RFC 3597 §5), by way of dnsjava, which knows
 * every registered type.
 */
public final class RecordText {
  private static final int FIXED_OCTETS = 10;

  /** Parameters of SVCB whose values are text (RFC 9460 §7.1, RFC 9461 §5). */
  private static final Pattern TEXT_PARAMETER = Pattern.compile("\\b(alpn|dohpath)=([^\" ]+)");

  /** The common types, whose text is read again as it was for whatever data they let through. */
  private static final Set<Integer> SAFE =
      Set.of(1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 43, 46, 47, 48, 50, 59, 60);

  private static final int APL = 42;

  /** An IPv6 address as dnsjava writes it in lists and parameters: with all its groups. */
  private static final Pattern FULL_ADDRESS =
      Pattern.compile("(?<=2:|=|,)[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}(?=/|,|$| )");

  /** Parentheses, but for those that an escape makes plain characters of. */
  private static final Pattern PARENTHESES = Pattern.compile("(\\\\.)|[()]");

  private RecordText() {}

  /**
   * The data as a zone file shows it; data that does not fit its type, and what would not be read
   * again as it is, is shown in the generic form.
   */
  public static String print(RRType type, Rdata rdata) {
    String text = typed(type, rdata);
    return SAFE.contains(type.code()) || text.startsWith("\\#") || isReadAs(type, text, rdata)
        ? text
        : rdata.toString();
  }

  private static boolean isReadAs(RRType type, String text, Rdata rdata) {
    try {
      return parse(type, text, Name.ROOT).equals(rdata);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String typed(RRType type, Rdata rdata) {
    try {
      if (type.equals(RRType.ZONEMD)) {
        return rdata.u32(0)
            + " "
            + rdata.u8(4)
            + " "
            + rdata.u8(5)
            + " "
            + HexFormat.of().withUpperCase().formatHex(rdata.bytes(6, rdata.length()));
      }
      if (type.equals(RRType.AAAA) && rdata.length() == 16) {
        return AddressText.ipv6(rdata.toWire());
      }
      if (type.equals(RRType.TXT)) {
        return TextStrings.print(rdata.toWire());
      }
      if (type.code() == LocText.TYPE) {
        return LocText.print(rdata);
      }
      var parsed =
          Record.newRecord(
              org.xbill.DNS.Name.root, type.code(), DClass.IN, 0, rdata.length(), rdata.toWire());
      String text = parsed.rdataToString();
      if (type.code() == APL) {
        return FULL_ADDRESS.matcher(text).replaceAll(RecordText::shortened);
      }
      // Quoted and shortened, as BIND and Knot print them.
      return type.equals(RRType.SVCB) || type.equals(RRType.HTTPS)
          ? FULL_ADDRESS
              .matcher(TEXT_PARAMETER.matcher(text).replaceAll("$1=\"$2\""))
              .replaceAll(RecordText::shortened)
          : text;
    } catch (RuntimeException e) {
      // Octets that are not what the type promises still have a generic form.
      return rdata.toString();
    }
  }

  private static String shortened(MatchResult address) {
    return AddressText.ipv6(InetAddress.ofLiteral(address.group()).getAddress());
  }

  /**
   * Reads data in presentation form.
   *
   * @param origin completes relative names
   * @throws IllegalArgumentException if the text is not data of this type
   */
  public static Rdata parse(RRType type, String text, Name origin) {
    try {
      List<String> words = Arrays.asList(withoutParentheses(text).trim().split("\\s+", -1));
      if (words.getFirst().equals("\\#")) {
        return DnssecText.generic(words);
      }
      if (type.equals(RRType.DS) || type.equals(RRType.CDS)) {
        return DnssecText.ds(words);
      }
      if (type.equals(RRType.DNSKEY) || type.equals(RRType.CDNSKEY)) {
        return DnssecText.dnskey(words);
      }
      if (type.equals(RRType.RRSIG)) {
        return DnssecText.rrsig(words, origin);
      }
      if (type.equals(RRType.ZONEMD)) {
        return zonemd(text);
      }
      var tokens = new Tokenizer(text);
      var dnsjavaOrigin = new org.xbill.DNS.Name(origin.toWire());
      Record parsed =
          Record.fromString(
              org.xbill.DNS.Name.root, type.code(), DClass.IN, 0, tokens, dnsjavaOrigin);
      byte[] wire = parsed.toWire(Section.ANSWER);
      return Rdata.of(Arrays.copyOfRange(wire, 1 + FIXED_OCTETS, wire.length));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("bad " + type + " data: " + text + ": " + why(e), e);
    }
  }

  /** What dnsjava says, without the name of a file that there is none of. */
  private static String why(Exception e) {
    return String.valueOf(e.getMessage()).replaceFirst("^<none>:\\d+: ", "");
  }

  private static String withoutParentheses(String text) {
    return PARENTHESES
        .matcher(text)
        .replaceAll(
            found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
  }

  /**
   * Reads a whole record: {@code owner [ttl] [class] type data}, or {@code owner [class] [ttl] type
   * data}.
   *
   * @param defaultTtl seconds, for a record that names none
   * @throws IllegalArgumentException if the text is no record
   */
  public static ResourceRecord parseRecord(String line, Name origin, long defaultTtl) {
    try (var tokens = new Tokenizer(line)) {
      String ownerText = tokens.getString();
      Name owner = parseName(ownerText, origin);
      long ttl = defaultTtl;
      RRClass rrclass = RRClass.IN;
      String word = tokens.getString();
      for (int i = 0; i < 2; i++) {
        if (word.matches("(?i)(\\d+[smhdw]?)+")) {
          ttl = org.xbill.DNS.TTL.parseTTL(word);
          word = tokens.getString();
        } else if (word.matches("(?i)IN|CH|HS|ANY|NONE|CLASS\\d+")) {
          rrclass = RRClass.parse(word);
          word = tokens.getString();
        }
      }
      RRType type = RRType.parse(word);
      var rest = new StringBuilder();
      while (true) {
        Tokenizer.Token token = tokens.get();
        if (token.isEOL()) {
          break;
        }
        String value = token.value() == null ? "" : token.value();
        rest.append(' ')
            .append(token.type() == Tokenizer.QUOTED_STRING ? '"' + value + '"' : value);
      }
      return new ResourceRecord(
          owner, type, rrclass, ttl, parse(type, rest.toString().trim(), origin));
    } catch (TextParseException e) {
      throw new IllegalArgumentException("bad record: " + line + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("bad record: " + line + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a name as zone files write it: {@code @} is the origin, without a final dot it is
   * relative to it.
   *
   * @throws IllegalArgumentException if it is no name
   */
  public static Name parseName(String text, Name origin) {
    if (text.equals("@")) {
      return origin;
    }
    return text.endsWith(".") && !text.endsWith("\\.") ? Name.parse(text) : relative(text, origin);
  }

  private static Name relative(String text, Name origin) {
    Name name = Name.parse(text);
    return origin.isRoot() ? name : name.replaceEnding(Name.ROOT, origin);
  }

  private static Rdata zonemd(String text) {
    String[] words = text.trim().split("\\s+", 4);
    byte[] digest = HexFormat.of().parseHex(words[3].replaceAll("[\\s()]", ""));
    var wire = new byte[6 + digest.length];
    long serial = Long.parseLong(words[0]);
    for (int i = 0; i < 4; i++) {
      wire[i] = (byte) (serial >> (24 - 8 * i));
    }
    wire[4] = (byte) Integer.parseInt(words[1]);
    wire[5] = (byte) Integer.parseInt(words[2]);
    System.arraycopy(digest, 0, wire, 6, digest.length);
    return Rdata.trusted(wire);
  }
}
