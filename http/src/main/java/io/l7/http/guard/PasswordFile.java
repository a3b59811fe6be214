package io.l7.http.guard;

import io.l7.common.disk.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names and password hashes, one {@code name:hash} a line, as {@code htpasswd -B} and {@code l7
 * http user add} write them; empty lines and lines with {@code #} first are passed over.
 */
public final class PasswordFile {
  private PasswordFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException where it cannot be read, or a line is no name with a hash we know; the
   *     message names the line
   */
  public static Map<String, PasswordHash> read(Path file) throws IOException {
    Map<String, PasswordHash> users = new LinkedHashMap<>();
    int number = 0;
    for (String line : TextFile.lines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      var hash =
          colon < 1
              ? Optional.<PasswordHash>empty()
              : PasswordHash.parse(line.substring(colon + 1).strip());
      if (hash.isEmpty()) {
        throw new IOException(
            "line " + number + " is not NAME:HASH with bcrypt ($2y$) or {PBKDF2-SHA256}");
      }
      users.put(line.substring(0, colon), hash.get());
    }
    return users;
  }
}
