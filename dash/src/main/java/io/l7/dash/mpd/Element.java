package io.l7.dash.mpd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An element of the manifest as it stands there.
 *
 * @param place where it stands among the others
 * @param line where its start tag ends, from 1
 */
public record Element(
    String name,
    Place place,
    int line,
    Map<String, String> attributes,
    List<Element> children,
    String text) {

  /**
   * Where an element stands: a link to the one around it, so that a long way down costs nothing
   * until it is told.
   *
   * @param parent around it; none of the root
   * @param ordinal among those of its name, from 1
   */
  public record Place(Optional<Place> parent, String name, int ordinal) {
    /** Such as {@code /MPD[1]/Period[1]}. */
    @Override
    public String toString() {
      return parent.map(Place::toString).orElse("") + "/" + name + "[" + ordinal + "]";
    }
  }

  /** Where it stands, such as {@code /MPD[1]/Period[1]}. */
  public String path() {
    return place.toString();
  }

  /** The children of one name, in order. */
  public List<Element> all(String wanted) {
    return children.stream().filter(c -> c.name.equals(wanted)).toList();
  }

  /** The first child of a name. */
  public Optional<Element> first(String wanted) {
    for (Element child : children) {
      if (child.name.equals(wanted)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  public Optional<String> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** A whole number of zero or more. */
  long number(String key, long otherwise) throws MpdException {
    String value = attributes.get(key);
    if (value == null) {
      return otherwise;
    }
    OptionalLong whole = whole(value);
    if (whole.isEmpty()) {
      throw new MpdException(name + "@" + key + " is no whole number: " + shortened(value), line);
    }
    return whole.getAsLong();
  }

  /** One to eighteen decimal digits, white space around them. Read by hand: timelines are long. */
  static OptionalLong whole(String value) {
    String digits = value.strip();
    if (digits.isEmpty() || digits.length() > 18) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9') {
        return OptionalLong.empty();
      }
      number = number * 10 + (digit - '0');
    }
    return OptionalLong.of(number);
  }

  static String shortened(String value) {
    return value.length() <= 40 ? value : value.substring(0, 40) + "...";
  }
}
