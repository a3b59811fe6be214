package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which requests a stored response answers besides its own (RFC 9111 §4.1): those whose fields
 * named by {@code Vary} have the same normalised values.
 *
 * @param names the names, in lower case and order; empty where the response does not vary
 * @param values the normalised values of the request that was answered; empty text where it had
 *     none
 * @param language the one language of the content, where the response varies by {@code
 *     Accept-Language}; else empty
 */
public record Vary(List<String> names, List<String> values, String language) {
  static final Vary NOTHING = new Vary(List.of(), List.of(), "");

  public Vary {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  /** None where the response has {@code Vary: *}, which no later request matches. */
  static Optional<Vary> of(Fields request, Fields response) {
    List<String> members = response.list(FieldNames.VARY);
    if (members.isEmpty()) {
      return Optional.of(NOTHING);
    }
    var names = new TreeSet<String>();
    for (String name : members) {
      if (name.equals("*")) {
        return Optional.empty();
      }
      names.add(name.toLowerCase(Locale.ROOT));
    }
    var values = new ArrayList<String>();
    for (String name : names) {
      values.add(normalised(name, request));
    }
    List<String> languages = response.list(FieldNames.CONTENT_LANGUAGE);
    boolean byLanguage = names.contains("accept-language") && languages.size() == 1;
    return Optional.of(
        new Vary(
            List.copyOf(names),
            values,
            byLanguage ? languages.getFirst().toLowerCase(Locale.ROOT) : ""));
  }

  /** Whether this request selects the response. */
  boolean matches(Fields request) {
    for (int i = 0; i < names.size(); i++) {
      if (!normalised(names.get(i), request).equals(values.get(i))
          && !(names.get(i).equals("accept-language") && prefersLanguage(request))) {
        return false;
      }
    }
    return true;
  }

  // The client likes no language better than the content's: the origin could not choose better.
  private boolean prefersLanguage(Fields request) {
    if (language.isEmpty()) {
      return false;
    }
    double best = 0;
    double ours = 0;
    for (String member : request.list(FieldNames.ACCEPT_LANGUAGE)) {
      String[] parts = member.toLowerCase(Locale.ROOT).split(";", 2);
      double quality = parts.length == 1 ? 1 : quality(parts[1].strip());
      if (parts[0].strip().equals(language)) {
        ours = quality;
      } else {
        best = Math.max(best, quality);
      }
    }
    return ours > best;
  }

  private static double quality(String parameter) {
    try {
      return parameter.startsWith("q=") ? Double.parseDouble(parameter.substring(2).strip()) : 1;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  // RFC 9111 §4.1: lines are combined, whitespace normalised; what is known to be an unordered list
  // without regard to case is sorted.
  private static String normalised(String name, Fields request) {
    if (!request.contains(name)) {
      return "";
    }
    List<String> members = new ArrayList<>(StructuredFields.members(request.all(name)));
    if (name.equals("accept-language") || name.equals("accept-encoding")) {
      members.replaceAll(member -> member.toLowerCase(Locale.ROOT).replace(" ", ""));
      members.sort(null);
    }
    // Told apart from a request without the field even when its value is empty.
    return ":" + String.join(",", members);
  }
}
