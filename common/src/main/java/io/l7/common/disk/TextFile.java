package io.l7.common.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that people write, in UTF-8, with or without a mark at their beginning that says so. */
public final class TextFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * The lines of a file whose lines stand for themselves: what is not UTF-8 comes as U+FFFD, so
   * that a comment in another encoding does no harm, and an entry in one is wrong by itself.
   */
  public static List<String> lines(Path file) throws IOException {
    return plain(new String(octets(file), StandardCharsets.UTF_8)).lines().toList();
  }

  /**
   * The text of a file that counts as a whole.
   *
   * @throws IOException it cannot be read, or is not UTF-8: then it is named
   */
  public static String text(Path file) throws IOException {
    var octets = ByteBuffer.wrap(octets(file));
    try {
      return plain(StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": not UTF-8 at octet " + octets.position(), e);
    }
  }

  /** The JDK names a file that cannot be opened, but not a folder, nor a disk that fails. */
  private static byte[] octets(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      var named = new FileSystemException(file.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private static String plain(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
