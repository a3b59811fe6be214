package io.l7.dash.mpd;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as XML Schema writes them, such as {@code 2026-01-01T12:00:00.5Z}. */
public final class DateTime {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?\\d{0,20}(Z|[+-]\\d\\d:\\d\\d)?");

  private DateTime() {}

  /** The moment; without a zone it is UTC (ISO/IEC 23009-1 §5.3.1.2). None where it is not one. */
  public static Optional<Instant> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String fraction = matcher.group(2) == null ? "" : matcher.group(2);
    String zone = matcher.group(3) == null ? "Z" : matcher.group(3);
    try {
      return Optional.of(OffsetDateTime.parse(matcher.group(1) + fraction + zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The moment of an attribute; none where it is absent. */
  static Optional<Instant> of(Element element, String attribute) throws MpdException {
    Optional<String> text = element.attribute(attribute);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> moment = parse(text.get());
    if (moment.isEmpty()) {
      throw new MpdException(
          element.name()
              + "@"
              + attribute
              + " is no date and time: "
              + Element.shortened(text.get()),
          element.line());
    }
    return moment;
  }
}
