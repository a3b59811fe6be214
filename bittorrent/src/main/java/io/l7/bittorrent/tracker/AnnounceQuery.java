package io.l7.bittorrent.tracker;

import io.l7.bittorrent.metainfo.InfoHash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query of an announce or a scrape: binary values, percent-encoded byte by byte. */
final class AnnounceQuery {
  private final Map<String, List<byte[]>> values;

  private AnnounceQuery(Map<String, List<byte[]>> values) {
    this.values = values;
  }

  /** The request cannot be answered; the text goes to the client as {@code failure reason}. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Refused(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  static AnnounceQuery parse(String query) throws Refused {
    Map<String, List<byte[]>> values = new HashMap<>();
    for (var pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        continue;
      }
      var name = pair.substring(0, equals);
      values
          .computeIfAbsent(name, _ -> new ArrayList<>())
          .add(decode(name, pair.substring(equals + 1)));
    }
    return new AnnounceQuery(values);
  }

  private static byte[] decode(String name, String text) throws Refused {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < text.length();
        int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw new Refused("a bad escape in " + name);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    return bytes.toByteArray();
  }

  private Optional<byte[]> first(String name) {
    return Optional.ofNullable(values.get(name)).map(List::getFirst);
  }

  /** The info-hashes, in order; each must have 20 bytes. */
  List<InfoHash> infoHashes() throws Refused {
    var hashes = new ArrayList<InfoHash>();
    for (var value : values.getOrDefault("info_hash", List.of())) {
      if (value.length != InfoHash.LENGTH) {
        throw new Refused("info_hash must have 20 bytes, not " + value.length);
      }
      hashes.add(InfoHash.of(value));
    }
    return hashes;
  }

  /** A value of 20 bytes that must be there. */
  byte[] twentyBytes(String name) throws Refused {
    var value = first(name).orElseThrow(() -> new Refused(name + " is missing"));
    if (value.length != 20) {
      throw new Refused(name + " must have 20 bytes, not " + value.length);
    }
    return value;
  }

  /** A whole number from 0 to {@code most}; empty when absent. */
  Optional<Long> number(String name, long most) throws Refused {
    var text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.get().matches("[0-9]{1,19}")) {
      throw new Refused(name + " is not a whole number");
    }
    try {
      long value = Long.parseLong(text.get());
      if (value <= most) {
        return Optional.of(value);
      }
    } catch (NumberFormatException _) {
      // More than 63 bits: too large, as below.
    }
    throw new Refused(name + " is too large");
  }

  /** A value as text; empty when absent. */
  Optional<String> text(String name) {
    return first(name).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
