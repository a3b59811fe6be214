package io.l7.bittorrent.bencode;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dictionary in the order of its bytes. When it was decoded, {@link #encoded()} gives exactly the
 * bytes it was read from: an info-hash is taken over these and never over a re-encoding (BEP 3).
 */
public final class BDictionary implements BValue {
  private final Map<BString, BValue> entries;
  private final byte[] source;
  private final int start;
  private final int end;

  BDictionary(Map<BString, BValue> entries, byte[] source, int start, int end) {
    this.entries = Collections.unmodifiableMap(entries);
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /** A dictionary of these entries, sorted as BEP 3 demands. */
  public static BDictionary of(Map<BString, ? extends BValue> entries) {
    var sorted = new LinkedHashMap<BString, BValue>();
    entries.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    var bytes = BencodeWriter.encodeEntries(sorted);
    return new BDictionary(sorted, bytes, 0, bytes.length);
  }

  /** The entries in the order they were found. */
  public Map<BString, BValue> entries() {
    return entries;
  }

  /** Where the first byte of this dictionary stands in the array it was decoded from. */
  public int start() {
    return start;
  }

  /** One past the last byte of this dictionary in the array it was decoded from. */
  public int end() {
    return end;
  }

  /** The value of a key, of whatever kind. */
  public Optional<BValue> get(String key) {
    return Optional.ofNullable(entries.get(BString.of(key)));
  }

  /** The integer under {@code key}; empty when absent or of another kind. */
  public Optional<Long> integer(String key) {
    return get(key).flatMap(v -> v instanceof BInteger(long n) ? Optional.of(n) : Optional.empty());
  }

  /** The string under {@code key}; empty when absent or of another kind. */
  public Optional<BString> string(String key) {
    return get(key).flatMap(v -> v instanceof BString s ? Optional.of(s) : Optional.empty());
  }

  /** The string under {@code key} as UTF-8 text; empty when absent or of another kind. */
  public Optional<String> text(String key) {
    return string(key).map(BString::text);
  }

  /** The values of the list under {@code key}; empty when absent or of another kind. */
  public Optional<List<BValue>> list(String key) {
    return get(key)
        .flatMap(v -> v instanceof BList(var values) ? Optional.of(values) : Optional.empty());
  }

  /** The dictionary under {@code key}; empty when absent or of another kind. */
  public Optional<BDictionary> dictionary(String key) {
    return get(key).flatMap(v -> v instanceof BDictionary d ? Optional.of(d) : Optional.empty());
  }

  @Override
  public byte[] encoded() {
    return Arrays.copyOfRange(source, start, end);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BDictionary that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
