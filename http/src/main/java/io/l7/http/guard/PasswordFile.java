package io.l7.http.guard;

import io.l7.common.disk.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names and password hashes, one {@code name:hash} a line, as {@code htpasswd -B} and {@code l7
 * http user add} write them; empty lines and lines with {@code #} first are passed over.
 */
public final class PasswordFile {
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rw-------");

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

  /** Whether a line can begin with this name: it would not end there, or be a comment. */
  public static boolean isName(String name) {
    return !name.isBlank()
        && !name.startsWith("#")
        && name.chars().noneMatch(c -> c == ':' || Character.isISOControl(c));
  }

  /** Puts a user in place of the one of that name, or behind all; every other line stays. */
  public static void put(Path file, String name, PasswordHash hash) throws IOException {
    if (!isName(name)) {
      throw new IllegalArgumentException("no name: " + name);
    }
    List<String> lines = others(file, name);
    lines.add(octets(name) + ":" + hash);
    write(file, lines);
  }

  /**
   * Takes a user out; every other line stays.
   *
   * @return whether there was one
   */
  public static boolean remove(Path file, String name) throws IOException {
    if (!Files.exists(file) || !read(file).containsKey(name)) {
      return false;
    }
    write(file, others(file, name));
    return true;
  }

  /** The lines but those of a user, each octet a character: comments are in any encoding. */
  private static List<String> others(Path file, String name) throws IOException {
    var lines = new ArrayList<String>();
    if (Files.exists(file)) {
      var _ = read(file); // what cannot be read is not written over
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      text.lines().map(PasswordFile::withoutByteOrderMark).forEach(lines::add);
      lines.removeIf(line -> line.startsWith(octets(name) + ":"));
    }
    return lines;
  }

  private static String withoutByteOrderMark(String line) {
    String mark = octets("\ufeff");
    return line.startsWith(mark) ? line.substring(mark.length()) : line;
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** A new file is its owner's alone; another one keeps whose it is, and who may read it. */
  private static void write(Path file, List<String> lines) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file; // a link stays one
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNERS));
    Files.write(fresh, lines, StandardCharsets.ISO_8859_1);
    if (Files.exists(target)) {
      var before = Files.readAttributes(target, PosixFileAttributes.class);
      var after = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
      if (!after.readAttributes().owner().equals(before.owner())) {
        after.setOwner(before.owner());
      }
      after.setPermissions(before.permissions());
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
