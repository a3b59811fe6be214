package io.l7.http.cache;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * One stored response as a file: content, description, trailer of 28 octets (magic, length of the
 * description, its checksum, length of the content, its checksum). A renewed description is
 * appended with a trailer of its own; the last one counts, and the others are written over when
 * they are some. Nothing is forced to the platter: after a power cut a checksum tells what is
 * whole.
 */
final class CacheFile {
  private static final int MAGIC = 0x4c374331; // L7C1
  private static final int TRAILER = 28;
  private static final int BUFFER = 256 * 1024;

  /** Endings of the size of a new one that are kept before it: the file does not grow for ever. */
  private static final int MOST_ENDINGS = 4;

  final Path path;
  final long length;
  final int checksum;
  private long end;

  /** Octets of the ending that counts. */
  private int last;

  private boolean verified;
  private boolean deleted;

  CacheFile(Path path, long length, int checksum, int ending, long end, boolean verified) {
    this.path = path;
    this.length = length;
    this.checksum = checksum;
    this.last = ending;
    this.end = end;
    this.verified = verified;
  }

  /** What a file on disk turned out to hold. */
  record Found(CacheFile file, StoredResponse response) {}

  /** Octets that description and trailer take. */
  static byte[] ending(StoredResponse response, long length, int checksum) {
    byte[] description = StoredResponseCodec.encode(response);
    ByteBuffer ending = ByteBuffer.allocate(description.length + TRAILER).put(description);
    ending
        .putInt(MAGIC)
        .putInt(description.length)
        .putInt(crc(description, description.length))
        .putLong(length)
        .putInt(checksum);
    // The trailer vouches for itself too.
    return ending.putInt(crc(ending.array(), ending.position())).array();
  }

  static int crc(byte[] bytes, int count) {
    var crc = new CRC32C();
    crc.update(bytes, 0, count);
    return (int) crc.getValue();
  }

  /**
   * Reads the ending of a file; throws where it has none that is whole. The content is looked at
   * when it is first used.
   */
  static Found read(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path, Disk.Open.READ)) {
      long size = file.size();
      ByteBuffer trailer = ByteBuffer.wrap(exactly(file, size - TRAILER, TRAILER));
      int magic = trailer.getInt();
      int count = trailer.getInt();
      int descriptionCrc = trailer.getInt();
      long length = trailer.getLong();
      int checksum = trailer.getInt();
      if (magic != MAGIC
          || count < 0
          || count > StoredResponseCodec.MAX_BYTES
          || length < 0
          || length + count + TRAILER > size) {
        throw new IOException(path + ": no whole response");
      }
      byte[] ending = exactly(file, size - TRAILER - count, count + TRAILER);
      if (crc(ending, count) != descriptionCrc
          || crc(ending, ending.length - 4) != trailer.getInt()) {
        throw new IOException(path + ": damaged description");
      }
      StoredResponse response = StoredResponseCodec.decode(java.util.Arrays.copyOf(ending, count));
      if (response.length() != length) {
        throw new IOException(path + ": damaged description");
      }
      return new Found(new CacheFile(path, length, checksum, ending.length, size, false), response);
    }
  }

  private static byte[] exactly(DiskFile file, long position, int count) throws IOException {
    if (position < 0) {
      throw new IOException("too short");
    }
    var bytes = new byte[count];
    int done = 0;
    while (done < count) {
      int read = file.read(position + done, bytes, done, count - done);
      if (read < 0) {
        throw new IOException("too short");
      }
      done += read;
    }
    return bytes;
  }

  /**
   * Checks the content once after a restart: a power cut may have kept the trailer and lost octets
   * before it.
   */
  synchronized void verify(Disk disk) throws IOException {
    if (verified) {
      return;
    }
    var crc = new CRC32C();
    var buffer = new byte[BUFFER];
    try (DiskFile file = disk.open(path, Disk.Open.READ)) {
      long at = 0;
      while (at < length) {
        int count = file.read(at, buffer, 0, (int) Math.min(buffer.length, length - at));
        if (count < 0) {
          throw new IOException(path + ": too short");
        }
        crc.update(buffer, 0, count);
        at += count;
      }
    }
    if ((int) crc.getValue() != checksum) {
      throw new IOException(path + ": damaged content");
    }
    verified = true;
  }

  /** Appends a renewed description. */
  synchronized void append(Disk disk, StoredResponse response) throws IOException {
    if (deleted) {
      return;
    }
    byte[] ending = ending(response, length, checksum);
    // The last one stays where it is until the file is cut behind the new one: whenever this is
    // interrupted, a whole one is at the end.
    long old = end - last - length;
    boolean over = old >= (long) MOST_ENDINGS * ending.length;
    long at = over ? length : end;
    try (DiskFile file = disk.open(path, Disk.Open.WRITE)) {
      file.write(at, ending, 0, ending.length);
      end = at + ending.length;
      last = ending.length;
      if (over) {
        file.truncate(end);
      }
    }
  }

  synchronized void delete(Disk disk) throws IOException {
    if (!deleted) {
      deleted = true;
      disk.delete(path);
    }
  }
}
