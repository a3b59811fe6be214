package io.l7.bittorrent.bencode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads bencoding (BEP 3). Iterative, so depth costs no stack; a length is compared with what is
 * left before anything is made of it.
 *
 * <p>{@link Mode#STRICT} wants the canonical form. {@link Mode#LENIENT} forgives what .torrent
 * files in the wild contain: unsorted keys, leading zeros, {@code -0}, bytes after the value, and
 * duplicate keys, of which the <em>first</em> counts.
 */
public final class BencodeReader {
  /** How exactly the input must keep to the canonical form. */
  public enum Mode {
    STRICT,
    LENIENT
  }

  /**
   * A value and the offset one past its last byte.
   *
   * @param value the value
   * @param end one past its last byte in the input
   */
  public record Prefix(BValue value, int end) {}

  private final byte[] in;
  private final int limit;
  private final Mode mode;
  private final BencodeLimits limits;
  private int at;
  private int items;

  private BencodeReader(byte[] in, int from, int to, Mode mode, BencodeLimits limits) {
    this.in = in;
    this.at = from;
    this.limit = to;
    this.mode = mode;
    this.limits = limits;
  }

  /** Decodes the one value that fills {@code bytes}; the array is kept, not copied. */
  public static BValue decode(byte[] bytes, Mode mode) throws BencodeException {
    return decode(bytes, mode, BencodeLimits.DEFAULT);
  }

  /** As {@link #decode(byte[], Mode)}, with other limits. */
  public static BValue decode(byte[] bytes, Mode mode, BencodeLimits limits)
      throws BencodeException {
    var reader = new BencodeReader(bytes, 0, bytes.length, mode, limits);
    var value = reader.value();
    if (mode == Mode.STRICT && reader.at != bytes.length) {
      throw reader.fault("bytes after the value");
    }
    return value;
  }

  /**
   * Decodes the value that begins at {@code from} and says where it ends; what follows is not
   * looked at (a metadata block follows its dictionary directly, BEP 9).
   */
  public static Prefix decodePrefix(byte[] bytes, int from, int to, Mode mode)
      throws BencodeException {
    var reader = new BencodeReader(bytes, from, to, mode, BencodeLimits.DEFAULT);
    var value = reader.value();
    return new Prefix(value, reader.at);
  }

  /** An open container. */
  private sealed interface Frame permits OpenList, OpenDictionary {}

  private record OpenList(List<BValue> values) implements Frame {}

  private static final class OpenDictionary implements Frame {
    final Map<BString, BValue> entries = new LinkedHashMap<>();
    final int start;
    @Nullable BString key;
    @Nullable BString previous;

    OpenDictionary(int start) {
      this.start = start;
    }
  }

  private BValue value() throws BencodeException {
    var open = new ArrayDeque<Frame>();
    while (true) {
      var done = next(open);
      if (done == null) {
        continue;
      }
      // No switch, here and in the other parsers that a command's start runs through: for one over
      // types the JVM makes a class, which no start-up cache keeps.
      var frame = open.peek();
      if (frame == null) {
        return done;
      } else if (frame instanceof OpenDictionary dictionary) {
        put(dictionary, done);
      } else if (frame instanceof OpenList(var values)) {
        values.add(done);
      }
    }
  }

  /** Reads one token: a finished value, or null when a container was opened or a key was read. */
  private @Nullable BValue next(ArrayDeque<Frame> open) throws BencodeException {
    int token = peek();
    if (token == 'e') {
      return close(open);
    }
    if (++items > limits.items()) {
      throw fault("more than " + limits.items() + " items");
    }
    if (open.peek() instanceof OpenDictionary dictionary && dictionary.key == null) {
      key(dictionary);
      return null;
    }
    return switch (token) {
      case 'i' -> integer();
      case 'l', 'd' -> {
        if (open.size() >= limits.depth()) {
          throw fault("deeper than " + limits.depth() + " levels");
        }
        open.push(token == 'l' ? new OpenList(new ArrayList<>()) : new OpenDictionary(at));
        at++;
        yield null;
      }
      default -> string();
    };
  }

  private BValue close(ArrayDeque<Frame> open) throws BencodeException {
    var frame = open.peek();
    if (frame instanceof OpenDictionary dictionary) {
      if (dictionary.key != null) {
        throw fault("a key without a value");
      }
      open.pop();
      at++;
      return new BDictionary(dictionary.entries, in, dictionary.start, at);
    }
    if (frame instanceof OpenList(var values)) {
      open.pop();
      at++;
      return new BList(values);
    }
    throw fault("expected a value, found the end of a container");
  }

  private void key(OpenDictionary dictionary) throws BencodeException {
    int start = at;
    if (peek() < '0' || peek() > '9') {
      throw fault("a dictionary key must be a string");
    }
    var key = string();
    if (mode == Mode.STRICT && dictionary.previous != null) {
      int order = dictionary.previous.compareTo(key);
      if (order >= 0) {
        throw new BencodeException(
            order == 0 ? "duplicate dictionary key" : "unsorted dictionary key", start);
      }
    }
    dictionary.key = key;
    dictionary.previous = key;
  }

  private static void put(OpenDictionary dictionary, BValue value) {
    var key = dictionary.key;
    if (key == null) {
      throw new IllegalStateException("a value without a key");
    }
    dictionary.entries.putIfAbsent(key, value);
    dictionary.key = null;
  }

  private BInteger integer() throws BencodeException {
    at++;
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    int first = at;
    long value = digits(negative);
    if (mode == Mode.STRICT && in[first] == '0' && (at - first > 1 || negative)) {
      throw new BencodeException(
          negative && at - first == 1 ? "negative zero" : "leading zero in an integer", first);
    }
    if (peek() != 'e') {
      throw fault("expected a digit");
    }
    at++;
    return new BInteger(value);
  }

  private BString string() throws BencodeException {
    int first = at;
    int token = peek();
    if (token < '0' || token > '9') {
      throw fault("expected a value");
    }
    long length = digits(false);
    if (mode == Mode.STRICT && in[first] == '0' && at - first > 1) {
      throw new BencodeException("leading zero in a string length", first);
    }
    if (peek() != ':') {
      throw fault("expected a colon");
    }
    at++;
    if (length > limit - at) {
      throw new BencodeException(
          "truncated string: " + length + " bytes announced, " + (limit - at) + " left", first);
    }
    var string = new BString(in, at, (int) length);
    at += (int) length;
    return string;
  }

  /** Reads digits as a number of that sign; the sum is kept negative, where there is room. */
  private long digits(boolean negative) throws BencodeException {
    int first = at;
    long sum = 0;
    while (at < limit && in[at] >= '0' && in[at] <= '9') {
      int digit = in[at] - '0';
      if (sum < (Long.MIN_VALUE + digit) / 10) {
        throw fault("number overflow: more than 64 bits");
      }
      sum = sum * 10 - digit;
      at++;
    }
    if (at == first) {
      peek();
      throw fault("expected a digit");
    }
    if (!negative && sum == Long.MIN_VALUE) {
      throw fault("number overflow: more than 64 bits");
    }
    return negative ? sum : -sum;
  }

  private int peek() throws BencodeException {
    if (at >= limit) {
      throw fault("unexpected end");
    }
    return in[at];
  }

  private BencodeException fault(String reason) {
    return new BencodeException(reason, at);
  }
}
