package io.l7.smtp.address;

/**
 * The grammar of paths, read strictly: what is not in RFC 5321 §4.1.2 (with the widening of RFC
 * 6531 §3.3) is refused. Source routes are read and dropped (RFC 5321 §4.1.1.3, appendix C).
 */
public final class PathParser {
  private static final int MAX_LOCAL_PART = 64; // RFC 5321 §4.5.3.1.1
  private static final int MAX_PATH = 256; // RFC 5321 §4.5.3.1.3, with its brackets

  private final String text;
  private int at;

  private PathParser(String text) {
    this.text = text;
  }

  /** What stands in brackets at the start of a text, and where the text goes on behind it. */
  public record Parsed<T>(T path, int end) {}

  /** Reads {@code <...>} at the start of the text as a reverse path. */
  public static Parsed<ReversePath> reversePath(String text) throws AddressSyntaxException {
    if (text.startsWith("<>")) {
      return new Parsed<>(ReversePath.nobody(), 2);
    }
    var p = new PathParser(text);
    var mailbox = p.bracketed();
    return new Parsed<>(new ReversePath.Sender(mailbox), p.at);
  }

  /** Reads {@code <...>} at the start of the text as a forward path. */
  public static Parsed<ForwardPath> forwardPath(String text) throws AddressSyntaxException {
    if (text.regionMatches(true, 0, "<postmaster>", 0, 12)) {
      return new Parsed<>(new ForwardPath.Postmaster(), 12);
    }
    var p = new PathParser(text);
    var mailbox = p.bracketed();
    return new Parsed<>(new ForwardPath.Recipient(mailbox), p.at);
  }

  static Mailbox mailbox(String text) throws AddressSyntaxException {
    var p = new PathParser(text);
    var mailbox = p.mailbox();
    if (p.at != text.length()) {
      throw new AddressSyntaxException("text behind the address");
    }
    return mailbox;
  }

  private Mailbox bracketed() throws AddressSyntaxException {
    expect('<', "address is not in angle brackets");
    if (peek() == '@') {
      skipSourceRoute();
    }
    var mailbox = mailbox();
    expect('>', "address does not end with an angle bracket");
    if (Mailbox.octets(text.substring(0, at)) > MAX_PATH) {
      throw new AddressSyntaxException("path is longer than 256 octets");
    }
    return mailbox;
  }

  /** A-d-l = At-domain *( "," At-domain ), then a colon. */
  private void skipSourceRoute() throws AddressSyntaxException {
    while (true) {
      expect('@', "malformed source route");
      domain();
      if (peek() == ':') {
        at++;
        return;
      }
      expect(',', "malformed source route");
    }
  }

  private Mailbox mailbox() throws AddressSyntaxException {
    var local = peek() == '"' ? quotedString() : dotString();
    if (Mailbox.octets(local) > MAX_LOCAL_PART) {
      throw new AddressSyntaxException("local part is longer than 64 octets");
    }
    expect('@', "address has no domain");
    return new Mailbox(local, domain());
  }

  private String dotString() throws AddressSyntaxException {
    var start = at;
    while (at < text.length()) {
      var c = text.codePointAt(at);
      if (c != '.' && !isAtext(c)) {
        break;
      }
      at += Character.charCount(c);
    }
    var local = text.substring(start, at);
    if (!isDotString(local)) {
      throw new AddressSyntaxException("malformed local part");
    }
    return local;
  }

  private String quotedString() throws AddressSyntaxException {
    at++;
    var out = new StringBuilder();
    while (at < text.length()) {
      var c = text.codePointAt(at);
      at += Character.charCount(c);
      if (c == '"') {
        if (out.isEmpty()) {
          throw new AddressSyntaxException("empty local part");
        }
        return out.toString();
      }
      if (c == '\\') { // quoted-pairSMTP = %d92 %d32-126
        c = at < text.length() ? text.charAt(at) : 0;
        at++;
        if (c < 32 || c > 126) {
          throw new AddressSyntaxException("malformed quoted local part");
        }
      } else if (c < 32 || c == 127 || c >= 0x80 && !isUtf8NonAscii(c)) {
        throw new AddressSyntaxException("forbidden character in local part");
      }
      out.appendCodePoint(c);
    }
    throw new AddressSyntaxException("quoted local part does not end");
  }

  private String domain() throws AddressSyntaxException {
    var start = at;
    if (peek() == '[') {
      while (at < text.length() && text.charAt(at) != ']') {
        at++;
      }
      at = Math.min(at + 1, text.length());
    } else {
      while (at < text.length() && ">,: \t".indexOf(text.charAt(at)) < 0) {
        at++;
      }
    }
    var domain = text.substring(start, at);
    Domains.check(domain);
    return domain;
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private void expect(char c, String why) throws AddressSyntaxException {
    if (peek() != c) {
      throw new AddressSyntaxException(why);
    }
    at++;
  }

  static boolean isDotString(String s) {
    if (s.isEmpty() || s.startsWith(".") || s.endsWith(".") || s.contains("..")) {
      return false;
    }
    return s.codePoints().allMatch(c -> c == '.' || isAtext(c));
  }

  private static boolean isAtext(int c) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
    }
    return isUtf8NonAscii(c);
  }

  /**
   * What RFC 6531 §3.3 adds, without what some next program would take for a line end or a control:
   * C1 controls (U+0085 among them), U+2028 and U+2029, lone surrogates, and code points that are
   * no characters.
   */
  static boolean isUtf8NonAscii(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> c >= 0x80 && (c & 0xFFFE) != 0xFFFE;
    };
  }
}
