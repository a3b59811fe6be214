package io.l7.common.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The ways of files and buffers to a connection. Those of files return how many octets went: fewer
 * at its end.
 */
final class FileTransfer {
  private static final int COPY_OCTETS = 64 * 1024;
  private static final int WAITING_OCTETS = 32 * 1024;

  private FileTransfer() {}

  /**
   * By sendfile. A virtual thread's socket does not block: when its buffer is full the kernel takes
   * nothing, and there is no waiting for room by sendfile. One ordinary write to {@code waiting}
   * waits for us, then sendfile goes on.
   */
  static long byKernel(
      FileChannel file,
      long position,
      long count,
      WritableByteChannel to,
      OutputStream waiting,
      ReadAhead ahead)
      throws IOException {
    @Nullable ByteBuffer portion = null;
    long done = 0;
    while (done < count) {
      long ready = ahead.ready(file, position + done, count - done);
      long began = ahead.now();
      long sent = file.transferTo(position + done, ready, to);
      ahead.sentSince(began);
      if (sent <= 0) {
        if (portion == null) portion = ByteBuffer.allocate(WAITING_OCTETS);
        int read = read(file, portion, position + done, ready);
        if (read < 0) break;
        waiting.write(portion.array(), 0, read);
        sent = read;
      }
      done += sent;
    }
    return done;
  }

  /** Through this process, as TLS needs it. */
  static long byCopy(FileChannel file, long position, long count, OutputStream to, ReadAhead ahead)
      throws IOException {
    var portion = ByteBuffer.allocate((int) Math.min(COPY_OCTETS, count));
    long done = 0;
    while (done < count) {
      long ready = ahead.ready(file, position + done, count - done);
      long began = ahead.now();
      int read = read(file, portion, position + done, ready);
      ahead.sentSince(began);
      if (read < 0) break;
      to.write(portion.array(), 0, read);
      done += read;
    }
    to.flush();
    return done;
  }

  /** Buffers by as few calls as the kernel allows. */
  static void gathered(ByteBuffer[] parts, GatheringByteChannel to) throws IOException {
    int next = 0;
    while (next < parts.length) {
      if (parts[next].hasRemaining()) {
        var _ = to.write(parts, next, parts.length - next);
      } else {
        next++;
      }
    }
  }

  /** Buffers through an array. */
  static void byCopy(ByteBuffer[] parts, OutputStream to) throws IOException {
    for (var part : parts) {
      var octets = new byte[part.remaining()];
      part.get(octets);
      to.write(octets, 0, octets.length);
    }
    to.flush();
  }

  private static int read(FileChannel file, ByteBuffer portion, long position, long most)
      throws IOException {
    portion.clear().limit((int) Math.min(portion.capacity(), most));
    return file.read(portion, position);
  }
}
