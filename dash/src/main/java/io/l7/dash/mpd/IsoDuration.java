package io.l7.dash.mpd;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as XML Schema writes them, such as {@code PT1H2M3.5S}; a year is 365 days, a month 30.
 */
final class IsoDuration {
  private static final Pattern FORM =
      Pattern.compile(
          "P(?:(\\d{1,6})Y)?(?:(\\d{1,6})M)?(?:(\\d{1,6})D)?"
              + "(?:T(?:(\\d{1,9})H)?(?:(\\d{1,9})M)?(?:(\\d{1,12}(?:\\.\\d{1,20})?)S)?)?");
  private static final double[] UNIT = {365 * 86400, 30 * 86400, 86400, 3600, 60, 1};

  private IsoDuration() {}

  /** The seconds of an attribute; none where it is absent. */
  static OptionalDouble of(Element element, String attribute) throws MpdException {
    var text = element.attribute(attribute);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    Matcher matcher = FORM.matcher(text.get().strip());
    if (!matcher.matches() || text.get().strip().length() < 3) {
      throw new MpdException(
          element.name() + "@" + attribute + " is no duration: " + Element.shortened(text.get()),
          element.line());
    }
    double seconds = 0;
    for (int i = 0; i < UNIT.length; i++) {
      String part = matcher.group(i + 1);
      seconds += part == null ? 0 : Double.parseDouble(part) * UNIT[i];
    }
    return OptionalDouble.of(seconds);
  }
}
