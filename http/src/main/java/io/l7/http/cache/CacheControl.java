package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The directives of a {@code Cache-Control} field (RFC 9111 §5.2), or of a targeted one (RFC 9213),
 * by lower-case name. Immutable.
 */
public final class CacheControl {
  /**
   * Fields that speak to this cache before {@code Cache-Control} does, the nearest first (RFC 9213
   * §3).
   */
  static final List<String> TARGETS = List.of(FieldNames.CDN_CACHE_CONTROL);

  /** What a longer time is cut to: 2^31 seconds, as RFC 9111 §1.2.2 demands of an overflow. */
  static final long MAX_DELTA_SECONDS = 1L << 31;

  public static final CacheControl NONE = new CacheControl(Map.of(), Optional.empty());

  private final Map<String, String> directives;
  private final Optional<String> target;

  private CacheControl(Map<String, String> directives, Optional<String> target) {
    this.directives = directives;
    this.target = target;
  }

  /** The directives of a request. */
  public static CacheControl ofRequest(Fields request) {
    return request.contains(FieldNames.CACHE_CONTROL)
        ? parse(request.all(FieldNames.CACHE_CONTROL))
        : NONE;
  }

  /**
   * The directives of a response that count for this cache: of the first usable targeted field,
   * else of {@code Cache-Control}.
   */
  public static CacheControl ofResponse(Fields response) {
    for (String name : TARGETS) {
      if (response.contains(name)) {
        Optional<CacheControl> targeted = targeted(name, response.all(name));
        if (targeted.isPresent()) {
          return targeted.get();
        }
      }
    }
    return parse(response.all(FieldNames.CACHE_CONTROL));
  }

  /**
   * Reads the lines of a {@code Cache-Control} field. Of a repeated directive the first counts (RFC
   * 9111 §4.2.1).
   */
  public static CacheControl parse(List<String> lines) {
    if (lines.isEmpty()) {
      return NONE;
    }
    var directives = new HashMap<String, String>();
    for (String member : StructuredFields.members(lines)) {
      int equals = member.indexOf('=');
      String name = equals < 0 ? member : member.substring(0, equals);
      String argument = equals < 0 ? "" : unquoted(member.substring(equals + 1));
      directives.putIfAbsent(name.toLowerCase(Locale.ROOT), argument);
    }
    return new CacheControl(Map.copyOf(directives), Optional.empty());
  }

  // RFC 9213 §2.1: an empty or malformed targeted field is as if it were not there.
  private static Optional<CacheControl> targeted(String name, List<String> lines) {
    Optional<Map<String, StructuredFields.Item>> members = StructuredFields.dictionary(lines);
    if (members.isEmpty() || members.get().isEmpty()) {
      return Optional.empty();
    }
    var directives = new HashMap<String, String>();
    members
        .get()
        .forEach(
            (key, item) -> {
              switch (item) {
                case StructuredFields.Item.Bool(boolean value) when value ->
                    directives.put(key, "");
                case StructuredFields.Item.Int(long value) ->
                    directives.put(key, Long.toString(value));
                case StructuredFields.Item.Str(String text) when !isSeconds(key) ->
                    directives.put(key, text);
                case StructuredFields.Item.Token(String text) when !isSeconds(key) ->
                    directives.put(key, text);
                default -> {} // of a type the directive does not have: ignored
              }
            });
    return Optional.of(new CacheControl(Map.copyOf(directives), Optional.of(name)));
  }

  private static boolean isSeconds(String directive) {
    return switch (directive) {
      case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" -> true;
      default -> false;
    };
  }

  private static String unquoted(String argument) {
    if (argument.length() < 2 || argument.charAt(0) != '"' || !argument.endsWith("\"")) {
      return argument;
    }
    var out = new StringBuilder();
    for (int i = 1; i < argument.length() - 1; i++) {
      if (argument.charAt(i) == '\\' && i + 1 < argument.length() - 1) {
        i++;
      }
      out.append(argument.charAt(i));
    }
    return out.toString();
  }

  /** Whether there is this directive, with or without an argument. */
  public boolean has(String directive) {
    return directives.containsKey(directive);
  }

  /**
   * Whether there is this directive without an argument: {@code no-cache}, not {@code
   * no-cache="set-cookie"}.
   */
  public boolean hasBare(String directive) {
    return "".equals(directives.get(directive));
  }

  /**
   * The argument of a directive in seconds: 0 where it is no number (RFC 9111 §4.2.1: then the
   * response is stale), at most 2^31; none where the directive is not there.
   */
  public OptionalLong seconds(String directive) {
    String argument = directives.get(directive);
    return argument == null
        ? OptionalLong.empty()
        : OptionalLong.of(deltaSeconds(argument).orElse(0));
  }

  /** The field names in the argument of {@code no-cache} or {@code private}. */
  public List<String> fieldNames(String directive) {
    String argument = directives.getOrDefault(directive, "");
    var names = new ArrayList<String>();
    for (String name : argument.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  public boolean isEmpty() {
    return directives.isEmpty();
  }

  /** The targeted field these directives came from. */
  public Optional<String> target() {
    return target;
  }

  /** Decimal digits alone (RFC 9111 §1.2.2), cut to {@link #MAX_DELTA_SECONDS}. */
  static OptionalLong deltaSeconds(String text) {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    long seconds = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      seconds = Math.min(seconds * 10 + digit, MAX_DELTA_SECONDS);
    }
    return OptionalLong.of(seconds);
  }

  /** As in the field, in the order of the names. */
  @Override
  public String toString() {
    return new TreeMap<>(directives)
        .entrySet().stream()
            .map(d -> d.getValue().isEmpty() ? d.getKey() : d.getKey() + "=" + d.getValue())
            .collect(Collectors.joining(", "));
  }
}
