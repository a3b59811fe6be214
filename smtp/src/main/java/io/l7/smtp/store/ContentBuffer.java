package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes a content as it comes in: in memory up to a limit, beyond it in a file of its own that is
 * written a chunk at a time, so that the heap stays flat whatever the size. Belongs to one session.
 * Must be closed; what was not accepted is deleted.
 */
public final class ContentBuffer extends OutputStream {
  private static final int FIRST = 4 << 10;
  private static final int CHUNK = 256 << 10;

  /** Runs work that blocks on the disk on a thread that may. */
  interface Blocking {
    <T> T call(Callable<T> work) throws IOException;
  }

  private final Disk disk;
  private final StoreLayout layout;
  private final MailId id;
  private final int inMemory;
  private final Blocking blocking;
  private final CRC32C crc = new CRC32C();
  private byte[] memory = new byte[FIRST];
  private int used;
  private long written;
  private @Nullable DiskFile file;
  private boolean kept;

  ContentBuffer(Disk disk, StoreLayout layout, MailId id, int inMemory, Blocking blocking) {
    this.disk = disk;
    this.layout = layout;
    this.id = id;
    this.inMemory = inMemory;
    this.blocking = blocking;
  }

  /** The id the mail will have. */
  public MailId id() {
    return id;
  }

  /** Octets so far. */
  public long length() {
    return written + used;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    var done = 0;
    while (done < length) {
      if (used == memory.length) {
        makeRoom(length - done);
      }
      var part = Math.min(length - done, memory.length - used);
      System.arraycopy(octets, offset + done, memory, used, part);
      used += part;
      done += part;
    }
  }

  private void makeRoom(int more) throws IOException {
    if (file == null && used < inMemory) {
      var wanted = Math.max(used * 2L, used + (long) more);
      memory = Arrays.copyOf(memory, (int) Math.min(inMemory, wanted));
    } else {
      spill();
    }
  }

  private void spill() throws IOException {
    try {
      var target = file;
      if (target == null) {
        target = blocking.call(() -> disk.open(layout.partialBody(id), Disk.Open.CREATE_NEW));
        file = target;
      }
      var to = target;
      var at = written;
      var count = used;
      crc.update(memory, 0, count);
      blocking.call(
          () -> {
            to.write(at, memory, 0, count);
            return count;
          });
      written += count;
      used = 0;
      if (memory.length > CHUNK) {
        memory = new byte[CHUNK];
      }
    } catch (IOException e) {
      throw new StoreException(e);
    }
  }

  /** Whether the content has a file of its own. */
  boolean ownFile() {
    return file != null;
  }

  byte[] memory() {
    return memory;
  }

  int used() {
    return used;
  }

  /** Makes the file durable under its final name and returns its checksum. */
  int keep() throws IOException {
    spill();
    var f = file;
    if (f == null) {
      throw new IllegalStateException("content is in memory");
    }
    try {
      blocking.call(
          () -> {
            f.force();
            f.close();
            disk.move(layout.partialBody(id), layout.body(id));
            disk.syncDirectory(layout.bodies());
            return id;
          });
    } catch (IOException e) {
      throw new StoreException(e);
    }
    file = null;
    kept = true;
    return (int) crc.getValue();
  }

  /** Gives up a file that {@link #keep} has named, when its record could not be written. */
  void forget() throws IOException {
    if (kept) {
      disk.delete(layout.body(id));
    }
  }

  /** Deletes what was not accepted. */
  @Override
  public void close() throws IOException {
    var f = file;
    file = null;
    if (f != null) {
      blocking.call(
          () -> {
            f.close();
            disk.delete(layout.partialBody(id));
            return id;
          });
    }
  }
}
