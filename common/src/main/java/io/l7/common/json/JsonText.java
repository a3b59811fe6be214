package io.l7.common.json;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Writes JSON. */
final class JsonText {
  private JsonText() {}

  static String compact(Json json) {
    var out = new StringBuilder();
    write(json, out, -1);
    return out.toString();
  }

  static String pretty(Json json) {
    var out = new StringBuilder();
    write(json, out, 0);
    return out.toString();
  }

  /**
   * With an indent below 0 everything stands on one line.
   *
   * <p>Not a switch over the type: the JVM makes a class of one, and loads what makes classes, when
   * it is first met, which is a seventh of a short command.
   */
  private static void write(Json json, StringBuilder out, int indent) {
    if (json instanceof Json.Obj(var members)) object(members, out, indent);
    else if (json instanceof Json.Arr(var elements)) array(elements, out, indent);
    else if (json instanceof Json.Str(var value)) quote(value, out);
    else if (json instanceof Json.Bool(var value)) out.append(value);
    else out.append(json); // a number, or null
  }

  private static void object(Map<String, Json> members, StringBuilder out, int indent) {
    int inner = inner(indent);
    out.append('{');
    boolean first = true;
    for (var member : members.entrySet()) {
      if (!first) out.append(',');
      first = false;
      newLine(out, inner);
      quote(member.getKey(), out);
      out.append(indent < 0 ? ":" : ": ");
      write(member.getValue(), out, inner);
    }
    if (!members.isEmpty()) newLine(out, indent);
    out.append('}');
  }

  private static void array(List<Json> elements, StringBuilder out, int indent) {
    int inner = inner(indent);
    out.append('[');
    boolean first = true;
    for (var element : elements) {
      if (!first) out.append(',');
      first = false;
      newLine(out, inner);
      write(element, out, inner);
    }
    if (!elements.isEmpty()) newLine(out, indent);
    out.append(']');
  }

  private static int inner(int indent) {
    return indent < 0 ? indent : indent + 1;
  }

  /** In full where that is what the parser takes, with an exponent otherwise. */
  static String number(BigDecimal value) {
    if (Math.abs(value.scale()) <= JsonParser.MAX_NUMBER) {
      var plain = value.toPlainString();
      if (plain.length() <= JsonParser.MAX_NUMBER) return plain;
    }
    return value.scale() == 0
        ? value.toPlainString()
        : value.unscaledValue() + "e" + -value.scale();
  }

  private static void newLine(StringBuilder out, int indent) {
    if (indent >= 0) out.append('\n').append("  ".repeat(indent));
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // U+2028 and U+2029 end lines in scripts; lone surrogates have no UTF-8
          if (c < ' '
              || c == 0x7f
              || c == '\u2028'
              || c == '\u2029'
              || Character.isSurrogate(c) && !paired(text, i)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean paired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
