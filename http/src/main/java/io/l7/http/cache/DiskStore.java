package io.l7.http.cache;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.disk.DiskPool;
import io.l7.http.message.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses in files of one folder, within a bound of bytes; they survive a restart. Descriptions
 * stay in memory, contents do not. When the disk is full or fails, nothing is stored for a while
 * and the cache passes through.
 */
public final class DiskStore implements CacheStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
  private static final String SUFFIX = ".l7c";
  private static final String UNFINISHED = ".part";
  private static final int FOLDERS = 256;

  /** Octets gathered for one write: at first few, since a crowd fetches what is small. */
  private static final int SMALLEST_BUFFER = 8 * 1024;

  private static final int BUFFER = 256 * 1024;

  /** How long nothing is written after a failure: a full disk seldom empties sooner. */
  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final Path folder;
  private final long capacity;
  private final CacheLimits limits;
  private final Disk disk;
  private final DiskPool pool = new DiskPool("cache");
  private final SieveIndex<CacheFile> index;
  private volatile boolean closed;
  private final AtomicLong pausedUntil = new AtomicLong(System.nanoTime());

  private DiskStore(Path folder, long capacity, CacheLimits limits, Disk disk) {
    this.folder = folder;
    this.capacity = capacity;
    this.limits = limits;
    this.disk = disk;
    this.index =
        new SieveIndex<>(capacity, limits.variants(), node -> later(() -> delete(node.body)));
  }

  /**
   * Opens a store and takes up what an earlier one left in the folder. One process at a time.
   *
   * @param capacity in bytes, for content and descriptions
   */
  public static DiskStore open(Path folder, long capacity, CacheLimits limits, Disk disk)
      throws IOException {
    var store = new DiskStore(folder, capacity, limits, disk);
    disk.createDirectories(folder);
    store.takeUp();
    return store;
  }

  private void takeUp() throws IOException {
    var found = new ArrayList<CacheFile.Found>();
    for (int i = 0; i < FOLDERS; i++) {
      for (Path path : disk.list(folder.resolve(subfolder(i)))) {
        try {
          if (!path.toString().endsWith(SUFFIX)) {
            throw new IOException(path + ": unfinished");
          }
          found.add(CacheFile.read(disk, path));
        } catch (IOException e) {
          LOG.debug("dropping {}", path, e);
          disk.delete(path);
        }
      }
    }
    // The younger one last: of two for the same requests, as a kill may leave them, it stays.
    found.sort(Comparator.comparing(file -> file.response().freshness().responseTime()));
    for (CacheFile.Found each : found) {
      index.add(new SieveIndex.Node<>(each.response(), each.file(), bytes(each.response())));
    }
  }

  private static String subfolder(int number) {
    return String.format("%02x", number);
  }

  private static long bytes(StoredResponse response) {
    return response.length() + response.overhead();
  }

  @Override
  public List<Entry> find(CacheKey key) {
    List<SieveIndex.Node<CacheFile>> nodes = index.find(key);
    return nodes.isEmpty() ? List.of() : nodes.stream().<Entry>map(Held::new).toList();
  }

  @Override
  public Optional<Writer> begin(CacheKey key, OptionalLong length) {
    if (length.orElse(0) > Math.min(limits.objectSize(), capacity)
        || System.nanoTime() - pausedUntil.get() < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(pool.call(Appending::new));
    } catch (IOException e) {
      pause(e);
      return Optional.empty();
    }
  }

  private void pause(IOException e) {
    if (closed) {
      return;
    }
    LOG.warn("{}: cannot be written, nothing is stored for a while: {}", folder, e.getMessage());
    pausedUntil.set(System.nanoTime() + PAUSE_NANOS);
  }

  @Override
  public void update(StoredResponse old, StoredResponse renewed) {
    index.update(old, renewed, node -> later(() -> append(node)));
  }

  /** Runs on the disk's threads; the work reports its own failures. */
  private void later(Runnable work) {
    try {
      Future<?> _ = pool.submit(work);
    } catch (RejectedExecutionException _) {
      work.run(); // the store was closed since
    }
  }

  private void append(SieveIndex.Node<CacheFile> node) {
    try {
      node.body.append(disk, node.response);
    } catch (IOException e) {
      pause(e);
      index.remove(node); // half an ending would hide the whole file at the next start anyway
    }
  }

  private void delete(CacheFile file) {
    try {
      file.delete(disk);
    } catch (IOException e) {
      LOG.warn("{}: cannot be deleted", file.path, e);
    }
  }

  @Override
  public int removeIf(Predicate<StoredResponse> condition) {
    return index.removeIf(condition);
  }

  @Override
  public int remove(CacheKey key) {
    return index.remove(key);
  }

  @Override
  public int count() {
    return index.count();
  }

  @Override
  public long bytes() {
    return index.bytes();
  }

  /** Ends the threads once what they write is written. */
  @Override
  public void close() {
    closed = true;
    pool.close();
  }

  private final class Held implements Entry {
    private final SieveIndex.Node<CacheFile> node;

    Held(SieveIndex.Node<CacheFile> node) {
      this.node = node;
    }

    @Override
    public StoredResponse response() {
      return node.response;
    }

    @Override
    public Body open(long from, long length) throws IOException {
      node.used = true;
      Objects.checkFromIndexSize(from, length, node.body.length);
      if (length == 0) {
        return Body.empty();
      }
      try {
        return pool.call(() -> opened(from, length));
      } catch (IOException e) {
        index.remove(node);
        throw e;
      }
    }

    private Body opened(long from, long length) throws IOException {
      node.body.verify(disk);
      if (disk.equals(Disk.real())) {
        // The kernel sends it without a copy.
        return Body.of(FileChannel.open(node.body.path, StandardOpenOption.READ), from, length);
      }
      return Body.of(
          new FileInput(disk.open(node.body.path, Disk.Open.READ), from, length), length);
    }
  }

  private final class FileInput extends InputStream {
    private final DiskFile file;
    private long position;
    private final long end;

    FileInput(DiskFile file, long from, long length) {
      this.file = file;
      this.position = from;
      this.end = from + length;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      int count =
          pool.call(
              () -> file.read(position, target, offset, (int) Math.min(length, end - position)));
      position += Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Writes content to a file with a passing name; committed, it gets its own. */
  private final class Appending implements Writer {
    private final Path path;
    private final DiskFile file;
    private final CRC32C crc = new CRC32C();
    private byte[] buffer = new byte[SMALLEST_BUFFER];
    private int buffered;
    private long written;
    private boolean over;

    Appending() throws IOException {
      long number = ThreadLocalRandom.current().nextLong();
      Path home = folder.resolve(subfolder((int) (number & (FOLDERS - 1))));
      disk.createDirectories(home);
      path = home.resolve(String.format("%016x", number) + SUFFIX);
      file = disk.open(part(), Disk.Open.CREATE_NEW);
    }

    private Path part() {
      return path.resolveSibling(path.getFileName() + UNFINISHED);
    }

    @Override
    public boolean write(byte[] source, int offset, int length) {
      if (over) {
        return false;
      }
      crc.update(source, offset, length);
      try {
        int done = 0;
        while (done < length) {
          if (buffered == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(BUFFER, buffer.length * 4));
          }
          int part = Math.min(length - done, buffer.length - buffered);
          System.arraycopy(source, offset + done, buffer, buffered, part);
          buffered += part;
          done += part;
          if (buffered == BUFFER) {
            drain();
          }
        }
        return true;
      } catch (IOException e) {
        pause(e);
        abort();
        return false;
      }
    }

    private void drain() throws IOException {
      int count = buffered;
      pool.call(
          () -> {
            file.write(written, buffer, 0, count);
            return count;
          });
      written += count;
      buffered = 0;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      int count = pool.call(() -> file.read(position, target, offset, length));
      if (count <= 0) {
        throw new IOException("not written yet");
      }
      return count;
    }

    @Override
    public boolean isReadable() {
      return true;
    }

    @Override
    public void commit(StoredResponse response) {
      if (over) {
        return;
      }
      try {
        drain();
        long length = written;
        StoredResponse whole = response.withLength(length);
        int checksum = (int) crc.getValue();
        byte[] ending = CacheFile.ending(whole, length, checksum);
        pool.call(
            () -> {
              file.write(length, ending, 0, ending.length);
              disk.move(part(), path);
              return length;
            });
        over = true;
        index.add(
            new SieveIndex.Node<>(
                whole,
                new CacheFile(path, length, checksum, ending.length, length + ending.length, true),
                bytes(whole)));
      } catch (IOException e) {
        pause(e);
        abort();
      }
    }

    @Override
    public void abort() {
      if (over) {
        return;
      }
      over = true;
      later(
          () -> {
            try {
              disk.delete(part());
            } catch (IOException e) {
              LOG.warn("{}: cannot be deleted", part(), e);
            }
          });
    }

    @Override
    public void close() {
      later(
          () -> {
            try {
              file.close();
            } catch (IOException e) {
              LOG.warn("{}: cannot be closed", path, e);
            }
          });
    }
  }
}
