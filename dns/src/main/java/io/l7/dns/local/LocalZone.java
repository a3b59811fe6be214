package io.l7.dns.local;

import io.l7.dns.message.Name;
import java.util.Locale;

/**
 * What becomes of names at and below a name, beside those that have data here.
 *
 * @param kind how they are answered
 */
public record LocalZone(Name name, Kind kind) {
  /** How a zone answers, in the words of Unbound. */
  public enum Kind {
    /** Names with data are answered from it, others are resolved. */
    TRANSPARENT,
    /** Names with data are answered from it, others do not exist. */
    STATIC,
    /** All names have the data of the zone's own name. */
    REDIRECT,
    /** Names with data are answered from it, others are refused. */
    REFUSE,
    /** Names with data are answered from it, for others there is silence. */
    DENY
  }

  /**
   * Reads {@code NAME=KIND}.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static LocalZone parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + text + "' is not NAME=KIND, as ads.example=refuse");
    }
    return of(text.substring(0, equals), text.substring(equals + 1));
  }

  static LocalZone of(String name, String kind) {
    Name zone = Name.parse(name);
    try {
      return new LocalZone(zone, Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + kind + "' is none of static, redirect, refuse, deny, transparent", e);
    }
  }
}
