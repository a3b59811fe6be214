package io.l7.common.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value (RFC 8259), immutable once its builder is let go. Its string form is compact, {@link
 * #pretty()} is for people.
 */
public sealed interface Json {
  /** An object; members keep their order. */
  record Obj(Map<String, Json> members) implements Json {
    @Override
    public String toString() {
      return JsonText.compact(this);
    }
  }

  /** An array. */
  record Arr(List<Json> elements) implements Json {
    @Override
    public String toString() {
      return JsonText.compact(this);
    }
  }

  /** A string. */
  record Str(String value) implements Json {
    @Override
    public String toString() {
      return JsonText.compact(this);
    }
  }

  /** A number, exact. */
  record Num(BigDecimal value) implements Json {
    @Override
    public String toString() {
      return JsonText.compact(this);
    }
  }

  /** True or false. */
  record Bool(boolean value) implements Json {
    @Override
    public String toString() {
      return JsonText.compact(this);
    }
  }

  /** Nothing. */
  enum Null implements Json {
    NULL;

    @Override
    public String toString() {
      return "null";
    }
  }

  /** Begins an object. */
  static ObjectBuilder object() {
    return new ObjectBuilder();
  }

  /** An array of whatever {@link #of} takes. */
  static Arr array(Iterable<?> elements) {
    var list = new ArrayList<Json>();
    for (var element : elements) list.add(of(element));
    return new Arr(List.copyOf(list));
  }

  /**
   * The JSON of a Java value: a Json or a builder of one, a string, number or boolean, a list, a
   * map with string keys, an optional (empty: null); anything else by its {@code toString}.
   */
  static Json of(Object value) {
    return switch (value) {
      case Json json -> json;
      case ObjectBuilder builder -> builder.build();
      case Boolean bool -> new Bool(bool);
      case Double number ->
          number.isNaN() || number.isInfinite()
              ? Null.NULL
              : new Num(plain(BigDecimal.valueOf(number)));
      case Float number -> of((Object) number.doubleValue());
      case BigDecimal number -> new Num(number);
      case Number number -> new Num(BigDecimal.valueOf(number.longValue()));
      case Optional<?> optional -> optional.isPresent() ? of(optional.get()) : Null.NULL;
      case Map<?, ?> map -> {
        var builder = object();
        map.forEach((key, member) -> builder.put(key.toString(), member));
        yield builder.build();
      }
      case java.nio.file.Path path -> new Str(path.toString()); // or it would be iterated for ever
      case Iterable<?> iterable -> array(iterable);
      default -> new Str(value.toString());
    };
  }

  private static BigDecimal plain(BigDecimal number) {
    return number.scale() > 0 ? number.stripTrailingZeros() : number;
  }

  /**
   * Reads one value and nothing behind it: strict, at most 100 levels deep.
   *
   * @throws IllegalArgumentException what is wrong and at which character
   */
  static Json parse(String text) {
    return new JsonParser(text).document();
  }

  /** The member of that name; {@link Null} when there is none or this is no object. */
  default Json at(String name) {
    return this instanceof Obj(var members) ? members.getOrDefault(name, Null.NULL) : Null.NULL;
  }

  /** The elements of an array; none of anything else. */
  default List<Json> elements() {
    return List.of();
  }

  /** Whether there is nothing here. */
  default boolean isNull() {
    return this == Null.NULL;
  }

  /** The text of a string; of anything else its JSON. */
  default String text() {
    return this instanceof Str(var value) ? value : toString();
  }

  /** The value of a number. */
  default double number() {
    if (this instanceof Num(var value)) return value.doubleValue();
    throw new IllegalArgumentException("not a number: " + this);
  }

  /** The value of a whole number. */
  default long longValue() {
    if (this instanceof Num(var value)) return value.longValueExact();
    throw new IllegalArgumentException("not a number: " + this);
  }

  /** Whether this is true. */
  default boolean isTrue() {
    return this instanceof Bool(var value) && value;
  }

  /** With line breaks and indents. */
  default String pretty() {
    return JsonText.pretty(this);
  }

  /** Collects the members of an object. */
  final class ObjectBuilder {
    private final Map<String, Json> members = new LinkedHashMap<>();

    private ObjectBuilder() {}

    /** Adds a member; see {@link Json#of} for what may be a value. */
    public ObjectBuilder put(String name, Object value) {
      members.put(name, of(value));
      return this;
    }

    /** The object so far. */
    public Obj build() {
      return new Obj(java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    @Override
    public String toString() {
      return build().toString();
    }
  }
}
