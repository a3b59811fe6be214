package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields of a response are kept (RFC 9111 §3.1) and which a later answer replaces (§3.2). */
final class StorableFields {
  /** Fields of the connection or of the proxy, and Age, which is made anew for each answer. */
  private static final Set<String> NEVER =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade",
          "trailer",
          "age");

  /**
   * Fields that say how the stored content is framed and coded: an update must not touch them (RFC
   * 9111 §3.2).
   */
  private static final Set<String> NOT_UPDATED =
      Set.of("content-length", "content-encoding", "content-range", "content-type");

  private StorableFields() {}

  static Fields of(Fields response, CacheControl control) {
    var left = new HashSet<>(NEVER);
    addLowerCase(left, response.list(FieldNames.CONNECTION));
    // RFC 9111 §5.2.2.4, §5.2.2.7: fields named there are not reused unvalidated, or not kept.
    addLowerCase(left, control.fieldNames("no-cache"));
    addLowerCase(left, control.fieldNames("private"));
    return filtered(response, left).build();
  }

  static Fields updated(Fields stored, Fields update) {
    var left = new HashSet<>(NEVER);
    left.addAll(NOT_UPDATED);
    addLowerCase(left, update.list(FieldNames.CONNECTION));
    Fields.Builder merged = stored.toBuilder();
    Fields news = filtered(update, left).build();
    for (Fields.Line line : news) {
      merged.remove(line.name());
    }
    return merged.addAll(news).addAll(ageOf(update)).build();
  }

  private static Fields ageOf(Fields update) {
    return update
        .first(FieldNames.AGE)
        .map(age -> Fields.of(FieldNames.AGE, age))
        .orElse(Fields.EMPTY);
  }

  private static Fields.Builder filtered(Fields fields, Set<String> left) {
    Fields.Builder kept = Fields.builder();
    for (int line = 0; line < fields.size(); line++) {
      if (!left.contains(fields.name(line).toLowerCase(Locale.ROOT))) {
        kept.add(fields.name(line), fields.value(line));
      }
    }
    return kept;
  }

  private static void addLowerCase(Set<String> names, List<String> more) {
    for (String name : more) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
  }
}
