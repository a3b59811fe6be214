package io.l7.dns.message;

import java.util.Locale;

/** A resource record or question class (RFC 1035 §3.2.4, RFC 2136 §1.3). */
public record RRClass(int code) {
  public static final RRClass IN = new RRClass(1);
  public static final RRClass CH = new RRClass(3);
  public static final RRClass HS = new RRClass(4);
  public static final RRClass NONE = new RRClass(254);
  public static final RRClass ANY = new RRClass(255);

  public RRClass {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("class " + code);
    }
  }

  /**
   * A class from its mnemonic, or {@code CLASS32} (RFC 3597 §5), case ignored.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static RRClass parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return switch (upper) {
      case "IN" -> IN;
      case "CH" -> CH;
      case "HS" -> HS;
      case "NONE" -> NONE;
      case "ANY" -> ANY;
      default -> {
        if (!upper.matches("CLASS\\d{1,5}")) {
          throw new IllegalArgumentException("unknown class: " + text);
        }
        yield new RRClass(Integer.parseInt(upper.substring(5)));
      }
    };
  }

  @Override
  public String toString() {
    return switch (code) {
      case 1 -> "IN";
      case 3 -> "CH";
      case 4 -> "HS";
      case 254 -> "NONE";
      case 255 -> "ANY";
      default -> "CLASS" + code;
    };
  }
}
