package io.l7.http.semantics;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Method;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Conditional requests in the order of RFC 9110 §13.2.2. */
public final class Preconditions {
  /** What the conditions of a request say. */
  public enum Outcome {
    PROCEED,
    /** Answer 304. */
    NOT_MODIFIED,
    /** Answer 412. */
    FAILED
  }

  private Preconditions() {}

  /** Whether a request has a condition or a range at all; most have none. */
  public static boolean isPlain(Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (isCondition(fields.name(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCondition(String name) {
    return switch (name.length()) {
      case 5 -> name.equalsIgnoreCase(FieldNames.RANGE);
      case 8 ->
          name.equalsIgnoreCase(FieldNames.IF_MATCH) || name.equalsIgnoreCase(FieldNames.IF_RANGE);
      case 13 -> name.equalsIgnoreCase(FieldNames.IF_NONE_MATCH);
      case 17 -> name.equalsIgnoreCase(FieldNames.IF_MODIFIED_SINCE);
      case 19 -> name.equalsIgnoreCase(FieldNames.IF_UNMODIFIED_SINCE);
      default -> false;
    };
  }

  /**
   * Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in this order,
   * for a representation that exists.
   *
   * @param now reads two-digit years
   */
  public static Outcome evaluate(Method method, Fields fields, Validators current, Instant now) {
    boolean read = method.equals(Method.GET) || method.equals(Method.HEAD);
    if (fields.contains(FieldNames.IF_MATCH)) {
      if (!matches(fields.all(FieldNames.IF_MATCH), current, EntityTag.Strength.STRONG)) {
        return Outcome.FAILED;
      }
    } else if (fields.contains(FieldNames.IF_UNMODIFIED_SINCE)) {
      Optional<Instant> since = date(fields, FieldNames.IF_UNMODIFIED_SINCE, now);
      // An unreadable date is ignored (§13.1.4).
      if (since.isPresent()
          && current.lastModified().isPresent()
          && second(current.lastModified().get()).isAfter(since.get())) {
        return Outcome.FAILED;
      }
    }
    if (fields.contains(FieldNames.IF_NONE_MATCH)) {
      if (matches(fields.all(FieldNames.IF_NONE_MATCH), current, EntityTag.Strength.WEAK)) {
        return read ? Outcome.NOT_MODIFIED : Outcome.FAILED;
      }
    } else if (read && fields.contains(FieldNames.IF_MODIFIED_SINCE)) {
      Optional<Instant> since = date(fields, FieldNames.IF_MODIFIED_SINCE, now);
      if (since.isPresent()
          && current.lastModified().isPresent()
          && !second(current.lastModified().get()).isAfter(since.get())) {
        return Outcome.NOT_MODIFIED;
      }
    }
    return Outcome.PROCEED;
  }

  /** Whether Range counts: there is no If-Range, or it matches strongly (RFC 9110 §13.1.5). */
  public static boolean rangeApplies(Fields fields, Validators current, Instant now) {
    Optional<String> condition = fields.first(FieldNames.IF_RANGE);
    if (condition.isEmpty()) {
      return true;
    }
    Optional<EntityTag> tag = EntityTag.parse(condition.get());
    if (tag.isPresent()) {
      return current.tag().isPresent() && tag.get().matchesStrongly(current.tag().get());
    }
    Optional<Instant> date = HttpDate.parse(condition.get(), now);
    // A date is strong when it is over a second old: nothing was written since in the same second
    // (§8.8.2.2).
    return date.isPresent()
        && current.lastModified().isPresent()
        && second(current.lastModified().get()).equals(date.get())
        && date.get().isBefore(now.minusSeconds(1));
  }

  private static boolean matches(
      List<String> values, Validators current, EntityTag.Strength comparison) {
    for (String value : values) {
      if (value.strip().equals("*")) {
        return true;
      }
      for (EntityTag candidate : EntityTag.parseList(value)) {
        if (current.tag().isPresent() && matches(candidate, current.tag().get(), comparison)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean matches(
      EntityTag candidate, EntityTag current, EntityTag.Strength comparison) {
    return comparison == EntityTag.Strength.STRONG
        ? candidate.matchesStrongly(current)
        : candidate.matchesWeakly(current);
  }

  private static Optional<Instant> date(Fields fields, String name, Instant now) {
    return fields.count(name) == 1
        ? fields.first(name).flatMap(text -> HttpDate.parse(text, now))
        : Optional.empty();
  }

  private static Instant second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }
}
