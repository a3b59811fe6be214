package io.l7.dns;

import io.l7.dns.message.Name;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Root hints and trust anchors: files with one record a line, as IANA publishes them. */
final class RecordFile {
  private static final long DEFAULT_TTL = 3600;

  private RecordFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or a line is no record, which is named
   */
  static List<ResourceRecord> read(Path file) throws IOException {
    return parse(Files.readString(file, StandardCharsets.ISO_8859_1), file.toString());
  }

  /** The copy that comes with the program. */
  static List<ResourceRecord> builtIn(String name) {
    try (InputStream in = RecordFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1), name);
    } catch (IOException e) {
      throw new IllegalStateException("resource " + name + ": " + e.getMessage(), e);
    }
  }

  private static List<ResourceRecord> parse(String text, String source) throws IOException {
    var records = new ArrayList<ResourceRecord>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String plain = line.replaceAll(";.*$", "").trim();
      if (plain.isEmpty() || plain.startsWith("$")) {
        continue;
      }
      try {
        records.add(RecordText.parseRecord(plain, Name.ROOT, DEFAULT_TTL));
      } catch (IllegalArgumentException e) {
        throw new IOException(source + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return records;
  }
}
