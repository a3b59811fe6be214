package io.l7.smtp.kept;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one folder, each put in place as a whole. They are written behind: of each the
 * latest content alone waits for the disk, so that a slow one costs neither its callers' time nor
 * more memory than the files have. What cannot be written is tried again with the next change and
 * at the end. Thread-safe.
 */
public final class KeptFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptFiles.class);

  /** So many failures in a row are the disk's, not a file's: the rest waits for the next change. */
  private static final int ENOUGH_FAILURES = 8;

  private final String what;
  private final Disk disk;
  private final Path folder;
  private final DiskPool pool;

  /** By name, what is to be there; empty where nothing is. Guarded by itself, as the flags are. */
  private final Map<String, Optional<byte[]>> waiting = new LinkedHashMap<>();

  private boolean underWay;
  private boolean closed;

  /** Of the disk's one thread. */
  private boolean failing;

  /**
   * Files of a folder, which is made when they are read.
   *
   * @param what they are, for messages: {@code MTA-STS policies}
   */
  public KeptFiles(String what, Disk disk, Path folder) {
    this.what = what;
    this.disk = disk;
    this.folder = folder;
    this.pool = new DiskPool("l7-smtp-" + what.replace(' ', '-'), 1);
  }

  /**
   * What an earlier run left, by name in order; what cannot be read is told of and passed over.
   *
   * @param names which files are meant
   * @param mostOctets of a file
   * @throws IOException the folder cannot be made or read
   */
  public Map<String, byte[]> load(Predicate<String> names, int mostOctets) throws IOException {
    return pool.call(
        () -> {
          disk.createDirectories(folder);
          var above = folder.toAbsolutePath().getParent();
          if (above != null) {
            disk.syncDirectory(above);
          }
          return read(disk, folder, names, mostOctets);
        });
  }

  /**
   * The same for who only looks, on the caller's thread.
   *
   * @throws IOException the folder cannot be read
   */
  public static Map<String, byte[]> read(
      Disk disk, Path folder, Predicate<String> names, int mostOctets) throws IOException {
    var out = new LinkedHashMap<String, byte[]>();
    for (var file : disk.list(folder)) {
      var name = file.getFileName().toString();
      if (names.test(name)) {
        try {
          out.put(name, disk.readAll(file, mostOctets));
        } catch (IOException e) {
          LOG.warn("{} cannot be read: {}", file, e.toString());
        }
      }
    }
    return out;
  }

  /** Has a file hold this. */
  public void put(String name, byte[] content) {
    change(name, Optional.of(content));
  }

  /** Has a file not be there. */
  public void remove(String name) {
    change(name, Optional.empty());
  }

  private void change(String name, Optional<byte[]> content) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      waiting.remove(name); // it goes to the end: the order of the last changes is the disk's
      waiting.put(name, content);
      if (!underWay) {
        underWay = true;
        var _ = pool.submit(this::work);
      }
    }
  }

  private void work() {
    var failed = new LinkedHashMap<String, Optional<byte[]>>();
    for (var next = next(failed); next.isPresent(); next = next(failed)) {
      var name = next.get().getKey();
      try {
        write(name, next.get().getValue());
        failed.remove(name); // what it holds is older
        if (failing) {
          LOG.warn("{} are written again", what);
        }
        failing = false;
      } catch (IOException | RuntimeException e) {
        if (!failing) {
          LOG.error("{} cannot be written: {}; it is tried again", what, name, e);
        }
        failing = true;
        failed.put(name, next.get().getValue());
      }
    }
  }

  private Optional<Map.Entry<String, Optional<byte[]>>> next(Map<String, Optional<byte[]>> failed) {
    synchronized (waiting) {
      if (failed.size() >= ENOUGH_FAILURES || waiting.isEmpty()) {
        failed.forEach(waiting::putIfAbsent); // what has come meanwhile is newer
        underWay = false;
        return Optional.empty();
      }
      var first = waiting.entrySet().iterator().next();
      var taken = Map.entry(first.getKey(), first.getValue());
      waiting.remove(first.getKey());
      return Optional.of(taken);
    }
  }

  private void write(String name, Optional<byte[]> content) throws IOException {
    var file = folder.resolve(name);
    if (content.isPresent()) {
      disk.replace(file, content.get());
    } else if (disk.exists(file)) {
      disk.delete(file);
      disk.syncDirectory(folder); // or it is back after a power cut
    }
  }

  /** Ends once what is to be written is, or cannot be. */
  @Override
  public void close() {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      closed = true;
      var _ = pool.submit(this::work); // behind what is under way: for what failed there
    }
    pool.close();
    synchronized (waiting) {
      if (!waiting.isEmpty()) {
        LOG.error("{} were not written: {}", what, waiting.keySet());
      }
    }
  }
}
