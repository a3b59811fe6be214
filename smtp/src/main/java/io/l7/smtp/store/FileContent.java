package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** A content in its own file, read a chunk at a time; its end is withheld if it does not match. */
record FileContent(Disk disk, Path file, long length, int sum) implements Content {
  private static final int CHUNK = 256 << 10;

  @Override
  public void copyTo(OutputStream out) throws IOException {
    try (var f = disk.open(file, Disk.Open.READ)) {
      var crc = new CRC32C();
      var chunk = new byte[(int) Math.min(CHUNK, Math.max(1, length))];
      for (long at = 0; at < length; ) {
        var count = f.read(at, chunk, 0, (int) Math.min(chunk.length, length - at));
        if (count <= 0) {
          throw new EOFException("content file is shorter than its record says");
        }
        crc.update(chunk, 0, count);
        at += count;
        if (at == length && (int) crc.getValue() != sum) {
          throw new IOException("content file does not match its checksum");
        }
        out.write(chunk, 0, count);
      }
    }
  }
}
