package io.l7.smtp.mailbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A mail in a mailbox.
 *
 * @param uid its number, stable
 * @param id the id under which the server accepted it, or the file's name
 * @param file where it is now
 * @param size octets of the file
 * @param arrived when it was delivered
 * @param header the first field of each name, lower-case, unfolded
 */
public record StoredMail(
    long uid, String id, Path file, long size, Instant arrived, Map<String, String> header) {
  /** Octets of a header that are looked at. */
  private static final int MAX_HEADER = 256 << 10;

  public StoredMail {
    header = Map.copyOf(header);
  }

  static StoredMail of(long uid, Path file) throws IOException {
    var name = MaildirName.parse(String.valueOf(file.getFileName()));
    var id = name.map(n -> n.id().toString()).orElse(MailboxReader.base(file));
    var arrived = Files.getLastModifiedTime(file).toInstant();
    return new StoredMail(uid, id, file, Files.size(file), arrived, header(file));
  }

  /** A field of the header, or the empty text. */
  public String field(String name) {
    return header.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** Whether a mail program has seen it. */
  public boolean seen() {
    var name = String.valueOf(file.getFileName());
    return name.substring(MailboxReader.base(file).length()).contains("S");
  }

  private static Map<String, String> header(Path file) throws IOException {
    byte[] octets;
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      octets = in.readNBytes(MAX_HEADER);
    }
    var out = new LinkedHashMap<String, String>();
    var name = "";
    for (var line : new String(octets, StandardCharsets.UTF_8).split("\r?\n", -1)) {
      if (line.isEmpty()) {
        break;
      }
      if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        var continued = " " + line.strip();
        out.computeIfPresent(name, (n, value) -> value + continued);
        continue;
      }
      var colon = line.indexOf(':');
      name = colon < 1 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty()) {
        out.putIfAbsent(name, line.substring(colon + 1).strip());
      }
    }
    return out;
  }
}
