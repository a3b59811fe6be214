package io.l7.http.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one header or trailer section: ordered, names without regard to case, names
 * may repeat (RFC 9110 §5). Immutable and safe for any number of threads.
 *
 * <p>Lines that came from the wire stay bytes until somebody asks for their text. Lines set by code
 * are checked: a name is a token, a value holds no CR, LF, NUL or other control, so that no value
 * can end a line and begin another (response splitting); anything else throws {@link
 * IllegalArgumentException}.
 */
public final class Fields implements Iterable<Fields.Line> {
  /** One field line. */
  public record Line(String name, String value) {}

  private static final byte[] NO_WIRE = new byte[0];
  private static final int[] NO_SPANS = new int[0];

  public static final Fields EMPTY = new Fields(new @Nullable String[0], NO_WIRE, NO_SPANS, 0);

  /**
   * Name and value by turns; null where the text is still only in {@link #wire}. Filled late; a
   * race writes equal strings.
   */
  private final @Nullable String[] text;

  private final byte[] wire;

  /**
   * Start and end of name, start and end of value in {@link #wire}; empty where no line came from
   * it.
   */
  private final int[] spans;

  private final int size;

  private Fields(@Nullable String[] text, byte[] wire, int[] spans, int size) {
    this.text = text;
    this.wire = wire;
    this.spans = spans;
    this.size = size;
  }

  /** Fields of names and values by turns. */
  public static Fields of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    var builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Fields over bytes that a parser has checked. The arrays belong to the fields from now on.
   *
   * @param wire the bytes the spans point into
   * @param spans four numbers a line: start and end of the name, start and end of the value without
   *     the whitespace around it
   * @param size the number of lines
   */
  public static Fields ofWire(byte[] wire, int[] spans, int size) {
    return new Fields(new @Nullable String[size * 2], wire, spans, size);
  }

  /** The number of lines. */
  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The name of a line, spelled as its RFC spells it where it is a usual one, else as it came. */
  public String name(int line) {
    String name = text[2 * line];
    if (name == null) {
      name = FieldNames.known(wire, spans[4 * line], spans[4 * line + 1]);
      if (name == null) {
        name = decode(spans[4 * line], spans[4 * line + 1]);
      }
      text[2 * line] = name;
    }
    return name;
  }

  /** The value of a line, each byte one character (ISO 8859-1). */
  public String value(int line) {
    String value = text[2 * line + 1];
    if (value == null) {
      value = decode(spans[4 * line + 2], spans[4 * line + 3]);
      text[2 * line + 1] = value;
    }
    return value;
  }

  /** The value of the first line of this name. */
  public Optional<String> first(String name) {
    int line = indexOf(name, 0);
    return line < 0 ? Optional.empty() : Optional.of(value(line));
  }

  /** The value of the first line of this name, or this text. */
  public String first(String name, String otherwise) {
    int line = indexOf(name, 0);
    return line < 0 ? otherwise : value(line);
  }

  /**
   * The value of the first line of this name as a number of decimal digits alone; none where it is
   * something else or over 18 digits.
   */
  public OptionalLong firstNumber(String name) {
    int line = indexOf(name, 0);
    return line < 0 ? OptionalLong.empty() : FieldValues.digits(value(line));
  }

  /** The values of all lines of this name, in order. */
  public List<String> all(String name) {
    int line = indexOf(name, 0);
    if (line < 0) {
      return List.of();
    }
    var values = new ArrayList<String>(2);
    for (; line >= 0; line = indexOf(name, line + 1)) {
      values.add(value(line));
    }
    return values;
  }

  /** All lines of this name as one value, joined by a comma (RFC 9110 §5.3). */
  public Optional<String> joined(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /**
   * The members of a list field, over all its lines, without empty ones; commas in quoted strings
   * do not part members (RFC 9110 §5.6.1).
   */
  public List<String> list(String name) {
    int line = indexOf(name, 0);
    if (line < 0) {
      return List.of();
    }
    var members = new ArrayList<String>();
    for (; line >= 0; line = indexOf(name, line + 1)) {
      FieldValues.split(value(line), members);
    }
    return members;
  }

  /**
   * Whether a list field has this member, without regard to case: {@code hasToken("Connection",
   * "close")}.
   */
  public boolean hasToken(String name, String token) {
    if (indexOf(name, 0) < 0) {
      return false;
    }
    for (String member : list(name)) {
      if (member.equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /** How many lines have this name. */
  public int count(String name) {
    int count = 0;
    for (int line = indexOf(name, 0); line >= 0; line = indexOf(name, line + 1)) {
      count++;
    }
    return count;
  }

  private int indexOf(String name, int from) {
    for (int line = from; line < size; line++) {
      String candidate = text[2 * line];
      if (candidate == null ? matches(line, name) : candidate.equalsIgnoreCase(name)) {
        return line;
      }
    }
    return -1;
  }

  /** Compares with the bytes of a name nobody has asked for, without making text of it. */
  private boolean matches(int line, String name) {
    int start = spans[4 * line];
    if (spans[4 * line + 1] - start != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.toLowerCase((char) wire[start + i]) != Character.toLowerCase(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private String decode(int start, int end) {
    return new String(wire, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** These fields with all lines of a name replaced by one, at the end. */
  public Fields with(String name, String value) {
    return toBuilder().set(name, value).build();
  }

  /** These fields and one more line. */
  public Fields plus(String name, String value) {
    return toBuilder().add(name, value).build();
  }

  /** These fields and all lines of others. */
  public Fields plus(Fields others) {
    return others.isEmpty() ? this : toBuilder().addAll(others).build();
  }

  /** These fields without the lines of a name. */
  public Fields without(String name) {
    return contains(name) ? toBuilder().remove(name).build() : this;
  }

  public Builder toBuilder() {
    return new Builder().addAll(this);
  }

  /** Calls the consumer with name and value of each line, in order. */
  public void forEach(BiConsumer<String, String> lines) {
    for (int line = 0; line < size; line++) {
      lines.accept(name(line), value(line));
    }
  }

  @Override
  public Iterator<Line> iterator() {
    return new Iterator<>() {
      private int line;

      @Override
      public boolean hasNext() {
        return line < size;
      }

      @Override
      public Line next() {
        if (line == size) {
          throw new NoSuchElementException();
        }
        return new Line(name(line), value(line++));
      }
    };
  }

  /** Equal lines in equal order; names without regard to case. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Fields that) || that.size != size) {
      return false;
    }
    for (int line = 0; line < size; line++) {
      if (!name(line).equalsIgnoreCase(that.name(line)) || !value(line).equals(that.value(line))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = size;
    for (int line = 0; line < size; line++) {
      hash = 31 * hash + value(line).hashCode();
    }
    return hash;
  }

  /** One {@code Name: value} a line. */
  @Override
  public String toString() {
    var out = new StringBuilder();
    forEach((name, value) -> out.append(name).append(": ").append(value).append('\n'));
    return out.toString();
  }

  /** Collects lines; for one thread. */
  public static final class Builder {
    private @Nullable String[] text = new @Nullable String[16];
    private int size;

    private Builder() {}

    /** Adds a line. */
    public Builder add(String name, String value) {
      if (!Tokens.isToken(name)) {
        throw new IllegalArgumentException("a field name is a token: " + Tokens.printable(name));
      }
      if (!Tokens.isFieldValue(value)) {
        throw new IllegalArgumentException(
            "control character in a value of " + name + ": " + Tokens.printable(value));
      }
      return append(name, value.strip());
    }

    /** Adds all lines of other fields. */
    public Builder addAll(Fields others) {
      for (int line = 0; line < others.size; line++) {
        append(others.name(line), others.value(line));
      }
      return this;
    }

    /** Adds a line in place of all lines of its name. */
    public Builder set(String name, String value) {
      return remove(name).add(name, value);
    }

    /** Adds a line unless there is one of this name. */
    public Builder setIfAbsent(String name, String value) {
      for (int i = 0; i < size; i++) {
        if (name.equalsIgnoreCase(text[2 * i])) {
          return this;
        }
      }
      return add(name, value);
    }

    /** Removes all lines of a name. */
    public Builder remove(String name) {
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (!name.equalsIgnoreCase(text[2 * i])) {
          text[2 * kept] = text[2 * i];
          text[2 * kept + 1] = text[2 * i + 1];
          kept++;
        }
      }
      size = kept;
      return this;
    }

    private Builder append(String name, String value) {
      if (2 * size == text.length) {
        text = Arrays.copyOf(text, text.length * 2);
      }
      text[2 * size] = name;
      text[2 * size + 1] = value;
      size++;
      return this;
    }

    public Fields build() {
      return size == 0 ? EMPTY : new Fields(Arrays.copyOf(text, 2 * size), NO_WIRE, NO_SPANS, size);
    }
  }
}
