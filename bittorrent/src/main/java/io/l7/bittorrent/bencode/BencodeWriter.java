package io.l7.bittorrent.bencode;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes bencoding: values to bytes, and a small builder for dictionaries. */
public final class BencodeWriter {
  private BencodeWriter() {}

  /** A new, empty dictionary builder. */
  public static DictionaryBuilder dictionary() {
    return new DictionaryBuilder();
  }

  /** The bytes of a value; a decoded dictionary keeps the bytes it was read from. */
  static byte[] encode(BList list) {
    var out = new ByteArrayOutputStream();
    // Lists nest without end only in memory; each level waits here, not on the stack.
    var open = new ArrayDeque<Iterator<BValue>>();
    out.write('l');
    open.push(list.values().iterator());
    while (!open.isEmpty()) {
      var values = open.element();
      if (!values.hasNext()) {
        out.write('e');
        open.pop();
        continue;
      }
      switch (values.next()) {
        case BList(var inner) -> {
          out.write('l');
          open.push(inner.iterator());
        }
        case BValue value -> out.writeBytes(value.encoded());
      }
    }
    return out.toByteArray();
  }

  static byte[] encodeEntries(Map<BString, BValue> sorted) {
    var out = new ByteArrayOutputStream();
    out.write('d');
    sorted.forEach(
        (key, value) -> {
          out.writeBytes(key.encoded());
          out.writeBytes(value.encoded());
        });
    out.write('e');
    return out.toByteArray();
  }

  /** Collects entries in any order; {@link #build()} sorts them (BEP 3). */
  public static final class DictionaryBuilder {
    private final Map<BString, BValue> entries = new LinkedHashMap<>();

    private DictionaryBuilder() {}

    /** Sets an integer. */
    public DictionaryBuilder put(String key, long value) {
      return put(key, new BInteger(value));
    }

    /** Sets a string in UTF-8. */
    public DictionaryBuilder put(String key, String value) {
      return put(key, BString.of(value));
    }

    /** Sets a byte string; the array is not copied. */
    public DictionaryBuilder put(String key, byte[] value) {
      return put(key, BString.of(value));
    }

    /** Sets a list. */
    public DictionaryBuilder put(String key, List<? extends BValue> values) {
      return put(key, new BList(new ArrayList<>(values)));
    }

    /** Sets any value. */
    public DictionaryBuilder put(String key, BValue value) {
      return put(BString.of(key), value);
    }

    /** Sets any value under a binary key. */
    public DictionaryBuilder put(BString key, BValue value) {
      entries.put(key, value);
      return this;
    }

    /** The dictionary, keys sorted. */
    public BDictionary build() {
      return BDictionary.of(entries);
    }

    /** The bytes of the dictionary, keys sorted. */
    public byte[] encode() {
      return build().encoded();
    }
  }
}
