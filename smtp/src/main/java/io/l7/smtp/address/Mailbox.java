package io.l7.smtp.address;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One mailbox, {@code local-part@domain} (RFC 5321 §4.1.2).
 *
 * @param localPart the local part with its quoting undone, 1 to 64 octets of UTF-8, case kept
 * @param domain the domain or bracketed address literal as it was written, 1 to 255 octets, never
 *     ending in a dot
 */
public record Mailbox(String localPart, String domain) {

  /**
   * Reads a whole text as one mailbox; non-ASCII is taken as RFC 6531 allows.
   *
   * @throws AddressSyntaxException when any part of the text breaks the grammar
   */
  public static Mailbox parse(String text) throws AddressSyntaxException {
    return PathParser.mailbox(text);
  }

  /** {@link #parse} for texts of the program's own, where a mistake is the programmer's. */
  public static Mailbox of(String text) {
    try {
      return parse(text);
    } catch (AddressSyntaxException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  /** The domain in the one form that compares equal: lower case, A-labels (RFC 5890 §2.3.2.1). */
  public String canonicalDomain() {
    return Domains.canonical(domain);
  }

  /**
   * The address in the form that we compare users by: both sides without case, domain in A-labels.
   */
  public String canonical() {
    return localPart.toLowerCase(Locale.ROOT) + "@" + canonicalDomain();
  }

  /** Whether this address can be sent only to a server that offers SMTPUTF8 (RFC 6531 §3.4). */
  public boolean needsSmtpUtf8() {
    return !isAscii(localPart) || !isAscii(domain);
  }

  /** The address as it goes on the wire, the local part quoted where it must be. */
  @Override
  public String toString() {
    return quoted(localPart) + "@" + domain;
  }

  private static boolean isAscii(String s) {
    return s.chars().allMatch(c -> c < 0x80);
  }

  private static String quoted(String local) {
    if (PathParser.isDotString(local)) {
      return local;
    }
    var out = new StringBuilder("\"");
    for (var i = 0; i < local.length(); i++) {
      var c = local.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.append('"').toString();
  }

  /** Octets of a text in UTF-8, the unit of all limits on addresses. */
  static int octets(String s) {
    return s.getBytes(StandardCharsets.UTF_8).length;
  }
}
