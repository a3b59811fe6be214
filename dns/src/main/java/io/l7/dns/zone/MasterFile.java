package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads master files (RFC 1035 §5, RFC 2308 §4) with {@code $ORIGIN}, {@code $TTL}, {@code
 * $INCLUDE} and BIND's {@code $GENERATE}. A file is read as a stream; a broken entry is reported
 * and reading goes on, so that one run finds all.
 */
public final class MasterFile {
  /** RFC 2181 §8. */
  private static final long MAX_TTL = 0x7fff_ffffL;

  private final Path main;
  private final Path folder;
  private final ZoneLimits limits;
  private final Sink sink;

  private long defaultTtl = -1;
  private long lastTtl = -1;
  private Optional<Name> owner = Optional.empty();

  /** What is read, in order. */
  public interface Sink {
    void record(Path file, int line, ResourceRecord record) throws IOException;

    void fault(ZoneFault fault);
  }

  private MasterFile(Path main, Path folder, ZoneLimits limits, Sink sink) {
    this.main = main;
    this.folder = folder;
    this.limits = limits;
    this.sink = sink;
  }

  /**
   * Reads a file and what it includes.
   *
   * @param zone the first origin
   * @throws IOException when a file cannot be read; what is wrong inside goes to the sink
   */
  public static void read(Path file, Name zone, ZoneLimits limits, Sink sink) throws IOException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(file + ": not a file");
    }
    new MasterFile(file, folder.toRealPath(), limits, sink).file(file, zone, 0);
  }

  private void file(Path file, Name firstOrigin, int depth) throws IOException {
    Name origin = firstOrigin;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      var entries = new EntryReader(in, limits.entryCharacters());
      while (true) {
        int line = 0;
        try {
          var entry = entries.next();
          if (entry.isEmpty()) {
            return;
          }
          line = entry.get().line();
          origin = entry(file, entry.get(), origin, depth);
        } catch (EntryReader.Broken e) {
          sink.fault(new ZoneFault(file, e.line(), String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
          sink.fault(new ZoneFault(file, line, String.valueOf(e.getMessage())));
        }
      }
    }
  }

  /** Handles one entry and returns the origin that holds after it. */
  private Name entry(Path file, EntryReader.Entry entry, Name origin, int depth)
      throws IOException {
    var words = new Words(entry.text());
    if (entry.text().charAt(0) != '$' || entry.continuesOwner()) {
      record(file, entry, words, origin);
      return origin;
    }
    String directive = words.next("directive").toUpperCase(Locale.ROOT);
    switch (directive) {
      case "$ORIGIN" -> {
        return name(words.next("name after $ORIGIN"), origin);
      }
      case "$TTL" -> defaultTtl = ttl(words.next("TTL after $TTL"));
      case "$INCLUDE" -> include(words, origin, depth);
      case "$GENERATE" -> generate(file, entry.line(), words, origin);
      default -> throw new IllegalArgumentException("unknown directive " + directive);
    }
    return origin;
  }

  private void include(Words words, Name origin, int depth) throws IOException {
    if (depth >= limits.includeDepth()) {
      throw new IllegalArgumentException("$INCLUDE nested deeper than " + limits.includeDepth());
    }
    String text = words.next("file after $INCLUDE");
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    Path real;
    try {
      real = folder.resolve(text).toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException("$INCLUDE of a file that cannot be read: " + text, e);
    }
    // A zone that comes from elsewhere must not show what else is on this disk.
    if (!real.startsWith(folder)) {
      throw new IllegalArgumentException("$INCLUDE leaves the zone file's folder: " + text);
    }
    Name inside = words.hasNext() ? name(words.next("origin"), origin) : origin;
    Optional<Name> ownerBefore = owner;
    file(main.resolveSibling(folder.relativize(real).toString()), inside, depth + 1);
    owner = ownerBefore; // RFC 1035 §5.1: an included file changes neither origin nor owner of its
    // parent
  }

  private void generate(Path file, int line, Words words, Name origin) throws IOException {
    var range = GenerateRange.parse(words.next("range after $GENERATE"), limits.generated());
    String left = words.next("owner after $GENERATE");
    String rest = words.rest();
    for (long i = range.start(); i <= range.stop(); i += range.step()) {
      String text = GenerateRange.expand(left, i) + " " + GenerateRange.expand(rest, i);
      record(file, new EntryReader.Entry(line, false, text), new Words(text), origin);
    }
  }

  private void record(Path file, EntryReader.Entry entry, Words words, Name origin)
      throws IOException {
    if (!entry.continuesOwner()) {
      owner = Optional.of(name(words.next("owner"), origin));
    }
    Name name = owner.orElseThrow(() -> new IllegalArgumentException("no owner before this entry"));
    long ttl = -1;
    String word = words.next("type");
    for (int i = 0; i < 2; i++) {
      if (ttl < 0 && Character.isDigit(word.charAt(0))) {
        ttl = ttl(word);
        word = words.next("type");
      } else if (isClass(word)) {
        word = words.next("type");
      }
    }
    RRType type = RRType.parse(word);
    if (type.isMeta()) {
      throw new IllegalArgumentException("type " + type + " has no place in a zone");
    }
    var rdata = RdataText.parse(type, words.rest(), origin);
    if (ttl < 0) {
      ttl = inheritedTtl(type, rdata);
    }
    lastTtl = ttl;
    sink.record(file, entry.line(), ResourceRecord.of(name, type, ttl, rdata));
  }

  // RFC 2308 §4: $TTL; else the TTL before (RFC 1035 §5.1); an SOA's minimum is BIND's last resort.
  private long inheritedTtl(RRType type, Rdata rdata) {
    if (defaultTtl >= 0) {
      return defaultTtl;
    }
    if (lastTtl >= 0) {
      return lastTtl;
    }
    if (type.equals(RRType.SOA)) {
      return Soa.of(rdata).minimum();
    }
    throw new IllegalArgumentException("no TTL: neither here, nor before, nor by $TTL");
  }

  private static boolean isClass(String word) {
    if (word.equalsIgnoreCase("IN")) {
      return true;
    }
    if (word.equalsIgnoreCase("CH") || word.equalsIgnoreCase("HS") || word.equalsIgnoreCase("CS")) {
      throw new IllegalArgumentException("class " + word + " in a zone of class IN");
    }
    return false;
  }

  private static Name name(String text, Name origin) {
    return RdataText.name(text, origin);
  }

  /** Seconds, plain or with BIND's units: {@code 1h30m}. */
  static long ttl(String text) {
    long total = 0;
    long number = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = Character.toLowerCase(text.charAt(i));
      if (c >= '0' && c <= '9') {
        number = Math.max(number, 0) * 10 + (c - '0');
      } else {
        long unit =
            switch (c) {
              case 's' -> 1;
              case 'm' -> 60;
              case 'h' -> 3_600;
              case 'd' -> 86_400;
              case 'w' -> 604_800;
              default -> 0;
            };
        if (unit == 0 || number < 0) {
          throw new IllegalArgumentException("bad TTL " + text);
        }
        total += number * unit;
        number = -1;
      }
      if (number > MAX_TTL || total > MAX_TTL) {
        throw new IllegalArgumentException("TTL beyond 2147483647: " + text);
      }
    }
    total += Math.max(number, 0);
    if (text.isEmpty() || total > MAX_TTL) {
      throw new IllegalArgumentException("bad TTL " + text);
    }
    return total;
  }

  /** Words divided by blanks outside strings. */
  private static final class Words {
    private final String text;
    private int at;

    Words(String text) {
      this.text = text;
      skip();
    }

    private void skip() {
      while (at < text.length() && isBlank(text.charAt(at))) {
        at++;
      }
    }

    private static boolean isBlank(char c) {
      return c == ' ' || c == '\t' || c == '\r';
    }

    boolean hasNext() {
      return at < text.length();
    }

    String next(String what) {
      if (!hasNext()) {
        throw new IllegalArgumentException("missing " + what);
      }
      int start = at;
      boolean quoted = false;
      while (at < text.length() && (quoted || !isBlank(text.charAt(at)))) {
        if (text.charAt(at) == '"') {
          quoted = !quoted;
        } else if (text.charAt(at) == '\\') {
          at++;
        }
        at++;
      }
      at = Math.min(at, text.length());
      String word = text.substring(start, at);
      skip();
      return word;
    }

    String rest() {
      return text.substring(at);
    }
  }
}
