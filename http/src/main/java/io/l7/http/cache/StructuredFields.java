package io.l7.http.cache;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Dictionaries of structured field values (RFC 9651 §4.2.2), as far as cache fields need them:
 * parameters are checked and dropped.
 */
final class StructuredFields {
  /** The value of a dictionary member. */
  sealed interface Item {
    /** An integer of at most 15 digits. */
    record Int(long value) implements Item {}

    record Decimal(String text) implements Item {}

    /** The content of a quoted string. */
    record Str(String text) implements Item {}

    record Token(String text) implements Item {}

    record Bool(boolean value) implements Item {}

    /**
     * A byte sequence, date, display string or inner list: well formed, but of no use to a cache.
     */
    record Other() implements Item {}
  }

  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super("malformed", null, false, false);
    }
  }

  private final String text;
  private int at;

  private StructuredFields(String text) {
    this.text = text;
  }

  /**
   * The members of a dictionary; none where the text is not one. Lines of a field are joined by a
   * comma first.
   */
  static Optional<Map<String, Item>> dictionary(List<String> lines) {
    var parser = new StructuredFields(String.join(", ", lines));
    try {
      return Optional.of(parser.dictionary());
    } catch (Malformed _) {
      return Optional.empty();
    }
  }

  private Map<String, Item> dictionary() throws Malformed {
    var members = new LinkedHashMap<String, Item>();
    skipSpaces();
    while (at < text.length()) {
      String key = key();
      Item value = new Item.Bool(true);
      if (take('=')) {
        value = itemOrInnerList();
      }
      parameters();
      members.put(key, value);
      skipWhitespace();
      if (at == text.length()) {
        return members;
      }
      expect(',');
      skipWhitespace();
      if (at == text.length()) {
        throw new Malformed(); // RFC 9651 §4.2.2: no trailing comma
      }
    }
    return members;
  }

  private String key() throws Malformed {
    int start = at;
    if (!(lower(peek()) || peek() == '*')) {
      throw new Malformed();
    }
    while (lower(peek()) || digit(peek()) || "_-.*".indexOf(peek()) >= 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private Item itemOrInnerList() throws Malformed {
    if (!take('(')) {
      return bareItem();
    }
    while (true) {
      skipSpaces();
      if (take(')')) {
        return new Item.Other();
      }
      bareItem();
      parameters();
      if (peek() != ' ' && peek() != ')') {
        throw new Malformed();
      }
    }
  }

  private void parameters() throws Malformed {
    while (take(';')) {
      skipSpaces();
      key();
      if (take('=')) {
        bareItem();
      }
    }
  }

  private Item bareItem() throws Malformed {
    char c = peek();
    if (digit(c) || c == '-') {
      return number();
    }
    if (c == '"') {
      return string();
    }
    if (c == '*' || letter(c)) {
      int start = at++;
      while (letter(peek()) || digit(peek()) || "!#$%&'*+-.^_`|~:/".indexOf(peek()) >= 0) {
        at++;
      }
      return new Item.Token(text.substring(start, at));
    }
    if (take('?')) {
      char value = next();
      if (value != '0' && value != '1') {
        throw new Malformed();
      }
      return new Item.Bool(value == '1');
    }
    if (take('@')) {
      if (!(number() instanceof Item.Int)) {
        throw new Malformed();
      }
      return new Item.Other();
    }
    if (take('%')) {
      displayString();
      return new Item.Other();
    }
    if (take(':')) {
      while (next() != ':') {
        char b = text.charAt(at - 1);
        if (!letter(b) && !digit(b) && "+/=".indexOf(b) < 0) {
          throw new Malformed();
        }
      }
      return new Item.Other();
    }
    throw new Malformed();
  }

  private Item number() throws Malformed {
    int start = at;
    take('-');
    int digits = at;
    if (!digit(peek())) {
      throw new Malformed();
    }
    while (digit(peek())) {
      at++;
    }
    int whole = at - digits;
    if (!take('.')) {
      if (whole > 15) {
        throw new Malformed();
      }
      return new Item.Int(Long.parseLong(text.substring(start, at)));
    }
    int fraction = at;
    while (digit(peek())) {
      at++;
    }
    if (whole > 12 || at == fraction || at - fraction > 3) {
      throw new Malformed();
    }
    return new Item.Decimal(text.substring(start, at));
  }

  /** RFC 9651 §4.2.10: UTF-8, of which all but plain ASCII is percent-encoded in lower case. */
  private void displayString() throws Malformed {
    expect('"');
    var octets = new ByteArrayOutputStream();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ' || c > '~') {
        throw new Malformed();
      }
      octets.write(c == '%' ? hexDigit(next()) << 4 | hexDigit(next()) : c);
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray()));
    } catch (CharacterCodingException _) {
      throw new Malformed();
    }
  }

  private static int hexDigit(char c) throws Malformed {
    if (digit(c)) {
      return c - '0';
    }
    if (c < 'a' || c > 'f') {
      throw new Malformed();
    }
    return c - 'a' + 10;
  }

  private Item string() throws Malformed {
    expect('"');
    var out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return new Item.Str(out.toString());
      }
      if (c == '\\') {
        c = next();
        if (c != '"' && c != '\\') {
          throw new Malformed();
        }
      } else if (c < ' ' || c >= 0x7f) {
        throw new Malformed();
      }
      out.append(c);
    }
  }

  /** A string as an sf-string; what no sf-string can hold becomes a question mark. */
  static String quoted(String s) {
    var out = new StringBuilder(s.length() + 2).append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c < ' ' || c >= 0x7f ? '?' : c);
    }
    return out.append('"').toString();
  }

  /**
   * The members of a comma-separated list that is not a structured field; quoted strings stay
   * whole.
   */
  static List<String> members(List<String> lines) {
    var members = new ArrayList<String>();
    for (String line : lines) {
      int start = 0;
      boolean quoted = false;
      for (int i = 0; i <= line.length(); i++) {
        if (i == line.length() || (!quoted && line.charAt(i) == ',')) {
          String member = line.substring(start, i).strip();
          if (!member.isEmpty()) {
            members.add(member);
          }
          start = i + 1;
        } else if (line.charAt(i) == '"') {
          quoted = !quoted;
        } else if (quoted && line.charAt(i) == '\\') {
          i++;
        }
      }
    }
    return members;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char next() throws Malformed {
    if (at == text.length()) {
      throw new Malformed();
    }
    return text.charAt(at++);
  }

  private boolean take(char c) {
    if (peek() == c && at < text.length()) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) throws Malformed {
    if (!take(c)) {
      throw new Malformed();
    }
  }

  private void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  private void skipWhitespace() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean lower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean letter(char c) {
    return lower((char) (c | 0x20));
  }
}
