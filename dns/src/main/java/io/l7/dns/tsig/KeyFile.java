package io.l7.dns.tsig;

import io.l7.common.disk.TextFile;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * BIND's key files, as {@code nsupdate -k}, {@code dig -k} and {@code tsig-keygen} have them:
 * {@code key "name" { algorithm hmac-sha256; secret "..."; };}.
 */
public final class KeyFile {
  /** Octets of a file read at most; a key takes about 150. */
  private static final int MAX_OCTETS = 1 << 20;

  private final List<String> tokens;
  private int at;

  private KeyFile(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads every key of a file; at least one.
   *
   * @throws IOException if it cannot be read or is not a key file; the message names it
   */
  public static List<TsigKey> read(Path file) throws IOException {
    if (Files.size(file) > MAX_OCTETS) {
      throw new IOException(file + ": too large for a key file");
    }
    try {
      return parse(String.join("\n", TextFile.lines(file)));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads every key of a text.
   *
   * @throws IllegalArgumentException if it is not in the form of a key file
   */
  public static List<TsigKey> parse(String text) {
    var keys = new KeyFile(tokens(text)).keys();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key in it");
    }
    return keys;
  }

  private List<TsigKey> keys() {
    var keys = new ArrayList<TsigKey>();
    while (at < tokens.size()) {
      expect("key");
      Name name = Name.parse(next());
      expect("{");
      var algorithm = Optional.<TsigAlgorithm>empty();
      byte[] secret = {};
      while (!peek("}")) {
        String field = next().toLowerCase(Locale.ROOT);
        String value = next();
        expect(";");
        switch (field) {
          case "algorithm" -> algorithm = TsigAlgorithm.named(value);
          case "secret" -> secret = Base64.getDecoder().decode(value);
          default ->
              throw new IllegalArgumentException("unknown field " + field + " of key " + name);
        }
      }
      expect("}");
      if (peek(";")) {
        at++;
      }
      keys.add(
          new TsigKey(
              name,
              algorithm.orElseThrow(
                  () -> new IllegalArgumentException("no known algorithm of key " + name)),
              secret));
    }
    return keys;
  }

  private boolean peek(String token) {
    return at < tokens.size() && tokens.get(at).equals(token);
  }

  private String next() {
    if (at >= tokens.size()) {
      throw new IllegalArgumentException("the key file ends too early");
    }
    return tokens.get(at++);
  }

  private void expect(String token) {
    String found = next();
    if (!found.equalsIgnoreCase(token)) {
      throw new IllegalArgumentException(
          "\"" + token + "\" expected in the key file, not \"" + found + "\"");
    }
  }

  private static List<String> tokens(String text) {
    String bare = text.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("(?m)(^|\\s)(//|#).*$", " ");
    var tokens = new ArrayList<String>();
    int i = 0;
    while (i < bare.length()) {
      char c = bare.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '{' || c == '}' || c == ';') {
        tokens.add(String.valueOf(c));
        i++;
      } else if (c == '"') {
        int end = bare.indexOf('"', i + 1);
        if (end < 0) {
          throw new IllegalArgumentException("a string without end in the key file");
        }
        tokens.add(bare.substring(i + 1, end));
        i = end + 1;
      } else {
        int start = i;
        while (i < bare.length() && " \t\r\n{};\"".indexOf(bare.charAt(i)) < 0) {
          i++;
        }
        tokens.add(bare.substring(start, i));
      }
    }
    return tokens;
  }
}
