package io.l7.http.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param opaque what stands between the quotes
 */
public record EntityTag(String opaque, Strength strength) {
  /** Whether equal tags mean equal octets, or only equal meaning. */
  public enum Strength {
    STRONG,
    WEAK
  }

  public static EntityTag strong(String opaque) {
    return new EntityTag(opaque, Strength.STRONG);
  }

  public static EntityTag weak(String opaque) {
    return new EntityTag(opaque, Strength.WEAK);
  }

  /** Reads one tag; none where it is malformed. */
  public static Optional<EntityTag> parse(String text) {
    List<EntityTag> tags = parseList(text);
    return tags.size() == 1 && tags.getFirst().toString().equals(text.strip())
        ? Optional.of(tags.getFirst())
        : Optional.empty();
  }

  /** Reads a list of tags, passing over what is none. */
  public static List<EntityTag> parseList(String text) {
    var tags = new ArrayList<EntityTag>();
    int i = 0;
    while (i < text.length()) {
      Strength strength = text.startsWith("W/\"", i) ? Strength.WEAK : Strength.STRONG;
      int quote = strength == Strength.WEAK ? i + 2 : i;
      int end = text.charAt(quote) == '"' ? text.indexOf('"', quote + 1) : -1;
      if (end > 0) {
        tags.add(new EntityTag(text.substring(quote + 1, end), strength));
        i = end + 1;
      } else {
        int comma = text.indexOf(',', i);
        i = comma < 0 ? text.length() : comma;
      }
      while (i < text.length() && ", \t".indexOf(text.charAt(i)) >= 0) {
        i++;
      }
    }
    return tags;
  }

  /** Strong comparison (RFC 9110 §8.8.3.2): both strong and the same. */
  public boolean matchesStrongly(EntityTag other) {
    return strength == Strength.STRONG && equals(other);
  }

  /** Weak comparison: the same, whatever the strength. */
  public boolean matchesWeakly(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /** As in a field: {@code "x"} or {@code W/"x"}. */
  @Override
  public String toString() {
    return (strength == Strength.WEAK ? "W/\"" : "\"") + opaque + "\"";
  }
}
