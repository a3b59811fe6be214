package io.l7.bittorrent.metainfo;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns the path elements of a torrent into names that are safe below a target folder. A climbing
 * or empty element becomes {@code _}; separators and invisible characters vanish; control
 * characters and what is not UTF-8 become {@code _}; long names are cut before their extension. Two
 * files never share a path: a later one gets {@code .1}, {@code .2} and so on. The mapping depends
 * on the torrent alone, so it is the same after a restart.
 */
public final class SafePaths {
  /** Bytes an element is cut to: room for a suffix below the 255 of every file system. */
  static final int ELEMENT_BYTES = 240;

  private static final int EXTENSION_BYTES = 32;

  /** The folder that we keep beside the content of torrents: nobody's content is called so. */
  public static final String OURS = ".l7";

  private final Set<String> files = new HashSet<>();
  private final Set<String> folders = new HashSet<>();

  SafePaths() {}

  /** The safe form of one element. */
  public static String element(byte[] raw) {
    var text = new StringBuilder();
    decode(raw).codePoints().forEach(c -> append(text, c));
    var name = text.toString();
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      return "_";
    }
    return cut(name, ELEMENT_BYTES);
  }

  /** The safe form of a torrent's name, which stands beside what is ours. */
  static String name(byte[] raw) {
    var safe = element(raw);
    return safe.equalsIgnoreCase(OURS) ? "_" + safe : safe;
  }

  /**
   * The safe form of a file's path, the torrent's name first, unlike every path this instance has
   * given before; elements are joined by {@code /}.
   */
  String unique(List<byte[]> elements) {
    var names = new ArrayList<String>();
    elements.forEach(e -> names.add(names.isEmpty() ? name(e) : element(e)));
    if (names.isEmpty()) {
      names.add("_");
    }
    var folder = new StringBuilder();
    for (var name : names.subList(0, names.size() - 1)) {
      var parent = folder.toString();
      var candidate = parent + name;
      for (int n = 1; files.contains(candidate); n++) {
        candidate = parent + suffixed(name, n);
      }
      folders.add(candidate);
      folder.setLength(0);
      folder.append(candidate).append('/');
    }
    var name = names.getLast();
    var candidate = folder + name;
    for (int n = 1; folders.contains(candidate) || !files.add(candidate); n++) {
      candidate = folder + suffixed(name, n);
    }
    return candidate;
  }

  /** Resolves a safe path below {@code root} and requires it to stay there. */
  public static Path resolve(Path root, String safePath) {
    var base = root.toAbsolutePath().normalize();
    var resolved = base.resolve(safePath).normalize();
    if (!resolved.startsWith(base) || resolved.equals(base)) {
      throw new IllegalArgumentException("path leaves its folder: " + safePath);
    }
    return resolved;
  }

  private static String suffixed(String name, int n) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) + "." + n + name.substring(dot) : name + "." + n;
  }

  /** UTF-8; each run of what is not becomes one underscore. */
  private static String decode(byte[] raw) {
    var in = ByteBuffer.wrap(raw);
    var out = CharBuffer.allocate(raw.length + 1);
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    boolean bad = false;
    while (in.hasRemaining()) {
      int before = out.position();
      var result = decoder.decode(in, out, true);
      bad &= out.position() == before;
      if (result.isError()) {
        if (!bad) {
          out.put('_');
        }
        bad = true;
        in.position(in.position() + result.length());
      }
    }
    return out.flip().toString();
  }

  private static void append(StringBuilder to, int c) {
    switch (Character.getType(c)) {
      // Zero-width and bidirectional marks make one name look like another.
      case Character.FORMAT -> {}
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          to.append('_');
      default -> {
        if (c != '/' && c != '\\' && c != 0x2062 && !isUnassignedFormat(c)) {
          to.appendCodePoint(c);
        }
      }
    }
  }

  /** U+2065 is unassigned, yet stands among the invisible operators and may become one. */
  private static boolean isUnassignedFormat(int c) {
    return c == 0x2065;
  }

  /** Cuts to {@code max} bytes of UTF-8 at a character, keeping the extension. */
  private static String cut(String name, int max) {
    if (bytes(name) <= max) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    var extension =
        dot > 0 && bytes(name.substring(dot)) <= EXTENSION_BYTES ? name.substring(dot) : "";
    var stem = new StringBuilder();
    int used = bytes(extension);
    var rest = name.substring(0, name.length() - extension.length());
    for (int i = 0; i < rest.length(); ) {
      int c = rest.codePointAt(i);
      used += bytes(Character.toString(c));
      if (used > max) {
        break;
      }
      stem.appendCodePoint(c);
      i += Character.charCount(c);
    }
    return stem + extension;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
