package io.l7.common.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads JSON by its grammar (RFC 8259 §2 to §7) and nothing more. */
final class JsonParser {
  private static final int MAX_DEPTH = 100;

  /**
   * Characters of a number: what any of our files has, and no exponent that costs memory to expand.
   */
  static final int MAX_NUMBER = 40;

  /** Powers of ten: beyond a double's, so nothing sensible is lost, and cheap to write out. */
  private static final int MAX_SCALE = 400;

  private final String text;
  private int at;
  private int depth;

  JsonParser(String text) {
    this.text = text;
  }

  Json document() {
    var value = value();
    space();
    if (at < text.length()) throw wrong("something behind the value");
    return value;
  }

  private Json value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Str(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", Json.Null.NULL);
      default -> number();
    };
  }

  private Json object() {
    enter();
    var members = new LinkedHashMap<String, Json>();
    space();
    if (!take('}')) {
      do {
        space();
        if (peek() != '"') throw wrong("a member without a name");
        var name = string();
        space();
        expect(':');
        members.put(name, value());
        space();
      } while (take(','));
      expect('}');
    }
    depth--;
    return new Json.Obj(Collections.unmodifiableMap(members));
  }

  private Json array() {
    enter();
    var elements = new ArrayList<Json>();
    space();
    if (!take(']')) {
      do {
        elements.add(value());
        space();
      } while (take(','));
      expect(']');
    }
    depth--;
    return new Json.Arr(List.copyOf(elements));
  }

  private void enter() {
    at++;
    if (++depth > MAX_DEPTH) throw wrong("more than " + MAX_DEPTH + " levels");
  }

  private String string() {
    at++;
    var out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') return out.toString();
      if (c < ' ') throw wrong("a control character in a string");
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char c16 = next();
          int digit = c16 < 0x80 ? Character.digit(c16, 16) : -1; // other scripts have digits too
          if (digit < 0) throw wrong("\\u without four digits");
          code = code << 4 | digit;
        }
        yield (char) code;
      }
      default -> throw wrong("an unknown escape");
    };
  }

  private Json number() {
    int start = at;
    take('-');
    if (take('0')) {
      if (digit()) throw wrong("a number that begins with 0");
    } else {
      digits();
    }
    if (take('.')) digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
    }
    if (at - start > MAX_NUMBER) throw wrong("a number of more than " + MAX_NUMBER + " characters");
    var number = new BigDecimal(text.substring(start, at));
    if (Math.abs(number.scale()) > MAX_SCALE) throw wrong("an exponent out of range");
    return Json.Num.of(number);
  }

  private void digits() {
    if (!digit()) throw wrong("no value");
    while (digit()) at++;
  }

  private boolean digit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) throw wrong("no value");
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char next() {
    if (at == text.length()) throw wrong("the end inside a string");
    return text.charAt(at++);
  }

  private boolean take(char c) {
    if (peek() != c || at == text.length()) return false;
    at++;
    return true;
  }

  private void expect(char c) {
    if (!take(c)) throw wrong("'" + c + "' expected");
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("JSON: " + what + " at character " + at);
  }
}
