package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL with {@code $Number%05d$} and the like, compiled once (ISO/IEC 23009-1 §5.3.9.4.4).
 * Immutable.
 */
public final class UrlTemplate {
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "\\$(?:(RepresentationID|Number|Time|Bandwidth|SubNumber)(?:%0(\\d{1,12})d)?)?\\$");

  private final List<Part> parts;

  private sealed interface Part {
    record Text(String text) implements Part {}

    record Value(String identifier, int width) implements Part {}
  }

  private UrlTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  static UrlTemplate compile(String text, int line, DashLimits limits) throws MpdException {
    if (text.length() > limits.urlLength()) {
      throw new MpdException("a URL template of " + text.length() + " characters", line);
    }
    var parts = new ArrayList<Part>();
    Matcher matcher = IDENTIFIER.matcher(text);
    int at = 0;
    while (matcher.find()) {
      literal(text.substring(at, matcher.start()), parts, line);
      at = matcher.end();
      if (matcher.group(1) == null) {
        parts.add(new Part.Text("$"));
        continue;
      }
      long width = matcher.group(2) == null ? 1 : Math.max(1, Long.parseLong(matcher.group(2)));
      if (width > limits.templateWidth()) {
        throw new MpdException("a template width of " + width, line);
      }
      parts.add(new Part.Value(matcher.group(1), (int) width));
    }
    literal(text.substring(at), parts, line);
    return new UrlTemplate(parts);
  }

  private static void literal(String text, List<Part> parts, int line) throws MpdException {
    if (text.indexOf('$') >= 0) {
      throw new MpdException(
          "an unknown identifier in a URL template: " + Element.shortened(text), line);
    }
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
  }

  /** Whether the URL differs from segment to segment. */
  public boolean isPerSegment() {
    return parts.stream()
        .anyMatch(
            p ->
                p instanceof Part.Value(var id, var w)
                    && (id.equals("Number") || id.equals("Time")));
  }

  /** The URL of one segment. */
  public String expand(String representation, long bandwidth, long number, long time) {
    var url = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text(var text) -> url.append(text);
        case Part.Value(var identifier, var width) ->
            url.append(
                switch (identifier) {
                  case "RepresentationID" -> representation;
                  case "Number" -> padded(number, width);
                  case "Time" -> padded(time, width);
                  case "Bandwidth" -> padded(bandwidth, width);
                  default -> padded(1, width);
                });
      }
    }
    return url.toString();
  }

  private static String padded(long value, int width) {
    return String.format(Locale.ROOT, "%0" + width + "d", value);
  }
}
