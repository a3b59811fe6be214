package io.l7.common.json;

import java.math.BigDecimal;
import java.nio.file.Path;
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

  /**
   * A number, exact: kept as its text, since {@link BigDecimal} computes tables when a process
   * first uses it, which is a tenth of a short command.
   */
  final class Num implements Json {
    private final String text;

    private Num(String text) {
      this.text = text;
    }

    /** A whole number. */
    public static Num of(long value) {
      return new Num(Long.toString(value));
    }

    /** A number of any size and precision. */
    public static Num of(BigDecimal value) {
      return new Num(JsonText.number(value));
    }

    /** The shortest text that stands for it; {@link Null} where it is no number. */
    static Json of(double value) {
      if (!Double.isFinite(value)) return Null.NULL;
      if (value == (long) value && Math.abs(value) < 1L << 53) return of((long) value);
      var shortest = Double.toString(value);
      return shortest.indexOf('E') < 0 ? new Num(shortest) : of(plain(new BigDecimal(shortest)));
    }

    private static BigDecimal plain(BigDecimal number) {
      return number.scale() > 0 ? number.stripTrailingZeros() : number;
    }

    /** Its value. */
    public BigDecimal value() {
      return new BigDecimal(text);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Num number && number.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return text;
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
    // Not a switch over the type, for the reason that JsonText gives.
    if (value instanceof Json json) return json;
    if (value instanceof ObjectBuilder builder) return builder.build();
    if (value instanceof Boolean bool) return new Bool(bool);
    if (value instanceof Number number) return number(number);
    if (value instanceof Optional<?> optional)
      return optional.isPresent() ? of(optional.get()) : Null.NULL;
    if (value instanceof Map<?, ?> map) {
      var builder = object();
      map.forEach((key, member) -> builder.put(key.toString(), member));
      return builder.build();
    }
    if (value instanceof Path path)
      return new Str(path.toString()); // or it would be iterated for ever
    if (value instanceof Iterable<?> iterable) return array(iterable);
    return new Str(value.toString());
  }

  private static Json number(Number number) {
    if (number instanceof BigDecimal decimal) return Num.of(decimal);
    if (number instanceof Double || number instanceof Float) return Num.of(number.doubleValue());
    return Num.of(number.longValue());
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
    if (this instanceof Num number) return Double.parseDouble(number.text);
    throw new IllegalArgumentException("not a number: " + this);
  }

  /** The value of a whole number. */
  default long longValue() {
    if (this instanceof Num number) return number.value().longValueExact();
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
