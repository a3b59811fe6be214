package io.l7.http.server.h2;

import io.l7.common.disk.DiskPool;
import io.l7.common.framing.WireException.Truncated;
import io.l7.http.message.Body;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads part of a file, portion by portion, for frames that have to pass through this process. As
 * long as reading takes as long as a disk takes, it happens on threads that may wait for it.
 */
final class FilePortions {
  private static final int OCTETS = 64 << 10;

  /** What no portion in memory takes, and any seek of a disk does. */
  private static final long COLD_NANOS = 3_000_000;

  private final Body.Region region;
  private byte[] octets = new byte[0];
  private long done;
  private boolean cold;

  FilePortions(Body.Region region) {
    this.region = region;
  }

  /** Threads that exist once a file was cold. */
  private static final class Shared {
    private static final DiskPool DISK = new DiskPool("frames", 2);
  }

  boolean hasMore() {
    return done < region.count();
  }

  /** Where a portion lies until the next one is read. */
  byte[] octets() {
    return octets;
  }

  /**
   * Reads the next portion.
   *
   * @return how many octets it has
   * @throws Truncated the file has shrunk
   */
  int next() throws IOException {
    if (octets.length == 0) {
      octets = new byte[(int) Math.min(OCTETS, region.count())];
    }
    int wanted = (int) Math.min(octets.length, region.count() - done);
    var into = ByteBuffer.wrap(octets, 0, wanted);
    long began = System.nanoTime();
    int count = cold ? Shared.DISK.call(() -> read(into)) : read(into);
    cold = System.nanoTime() - began > COLD_NANOS;
    if (count < 0) {
      throw new Truncated("a file of " + region.count() + " bytes");
    }
    done += count;
    return count;
  }

  private int read(ByteBuffer into) throws IOException {
    return region.file().read(into, region.position() + done);
  }
}
