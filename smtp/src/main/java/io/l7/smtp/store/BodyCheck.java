package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Compares a content in its own file with what its record says. */
final class BodyCheck {
  private static final int CHUNK = 256 << 10;

  private BodyCheck() {}

  /** What is wrong with the file, if anything. */
  static Optional<String> problem(Disk disk, Path file, long length, int sum) throws IOException {
    if (!disk.exists(file)) {
      return Optional.of("content file is missing");
    }
    try (var f = disk.open(file, Disk.Open.READ)) {
      if (f.size() != length) {
        return Optional.of("content file has " + f.size() + " octets instead of " + length);
      }
      var crc = new CRC32C();
      var chunk = new byte[CHUNK];
      for (long at = 0; at < length; ) {
        var count = f.read(at, chunk, 0, chunk.length);
        if (count <= 0) {
          break;
        }
        crc.update(chunk, 0, count);
        at += count;
      }
      return (int) crc.getValue() == sum
          ? Optional.empty()
          : Optional.of("content file does not match its checksum");
    }
  }
}
