package io.l7.cli.http;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Response;
import io.l7.http.message.Version;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What {@code -w} prints when a transfer is over, in curl's words. */
record WriteOut(
    String url, Version version, Response response, long octets, long firstNanos, long totalNanos) {
  private static final Pattern VARIABLE = Pattern.compile("%\\{([a-z_]+)}|%%|\\\\[nrt]");

  private static final List<String> KNOWN =
      List.of(
          "http_code",
          "response_code",
          "http_version",
          "content_type",
          "size_download",
          "speed_download",
          "time_starttransfer",
          "time_total",
          "url");

  /**
   * The text of a format.
   *
   * @throws IllegalArgumentException it has not been checked
   */
  String of(String format) {
    return VARIABLE.matcher(format).replaceAll(found -> quoted(value(found.group())));
  }

  /**
   * Looks over a format.
   *
   * @throws IllegalArgumentException a variable is not known
   */
  static void check(String format) {
    VARIABLE
        .matcher(format)
        .results()
        .map(MatchResult::group)
        .filter(
            word -> word.startsWith("%{") && !KNOWN.contains(word.substring(2, word.length() - 1)))
        .findFirst()
        .ifPresent(
            word -> {
              throw new IllegalArgumentException(
                  "-w: " + word + " is not one of " + String.join(", ", KNOWN));
            });
  }

  private static String quoted(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }

  private String value(String word) {
    return switch (word) {
      case "%%" -> "%";
      case "\\n" -> "\n";
      case "\\r" -> "\r";
      case "\\t" -> "\t";
      case "%{http_code}", "%{response_code}" -> Integer.toString(response.status().code());
      case "%{http_version}" -> version.toString().substring("HTTP/".length());
      case "%{content_type}" -> response.fields().first(FieldNames.CONTENT_TYPE, "");
      case "%{size_download}" -> Long.toString(octets);
      case "%{speed_download}" -> Long.toString((long) (octets / Math.max(totalNanos / 1e9, 1e-9)));
      case "%{time_starttransfer}" -> seconds(firstNanos);
      case "%{time_total}" -> seconds(totalNanos);
      case "%{url}" -> url;
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
  }
}
