package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files that were found, by request path. None is served that was looked up more than a second ago,
 * so that a rewritten file is served new within a second. Bounded by bytes and entries.
 *
 * <p>What is asked for often is looked up again before it is that old, once for all and on a thread
 * of the disk, while it is served as it is known.
 */
final class FileCache {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** From this age on the next request has it looked up again, and does not wait for that. */
  private static final long RENEWED_NANOS = FRESH_NANOS / 2;

  /** What an entry costs besides the bytes it holds. */
  private static final long ENTRY_BYTES = 1024;

  /**
   * What one look found. Only one look follows it, however late those come who found it too old.
   */
  private static final class Known {
    private final SiteFile file;
    private final long checked;
    private final AtomicReference<@Nullable FutureTask<Optional<SiteFile>>> next =
        new AtomicReference<>();

    private Known(SiteFile file, long checked) {
      this.file = file;
      this.checked = checked;
    }
  }

  private static final class Entry {
    private volatile Known known;

    /** Both under the entry's lock. */
    private long charged;

    private boolean dropped;

    private Entry(Known known) {
      this.known = known;
    }
  }

  private final long maxBytes;
  private final DiskPool disk;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxBytes for all contents and entries
   * @param disk looks again at what is known
   * @param nanos a clock like {@link System#nanoTime}
   */
  FileCache(long maxBytes, DiskPool disk, LongSupplier nanos) {
    this.maxBytes = maxBytes;
    this.disk = disk;
    this.nanos = nanos;
  }

  /**
   * The file of a path, looked up where it is not known well enough.
   *
   * @param lookUp asks the disk
   */
  Optional<SiteFile> get(String path, Function<String, Optional<SiteFile>> lookUp)
      throws IOException {
    Entry entry = entries.get(path);
    if (entry == null) {
      long now = nanos.getAsLong();
      Optional<SiteFile> found = lookUp.apply(path);
      found.ifPresent(file -> add(path, new Entry(new Known(file, now))));
      return found;
    }
    Known known = entry.known;
    long age = nanos.getAsLong() - known.checked;
    if (age < RENEWED_NANOS) {
      return Optional.of(known.file);
    }
    FutureTask<Optional<SiteFile>> next = next(path, entry, known, lookUp);
    return age < FRESH_NANOS ? Optional.of(known.file) : DiskPool.await(next);
  }

  /** The look that follows: only one request begins it. */
  private FutureTask<Optional<SiteFile>> next(
      String path, Entry entry, Known known, Function<String, Optional<SiteFile>> lookUp) {
    FutureTask<Optional<SiteFile>> begun = known.next.get();
    if (begun != null) {
      return begun;
    }
    var mine = new FutureTask<>(() -> renew(path, entry, known, lookUp));
    begun = known.next.compareAndExchange(null, mine);
    if (begun != null) {
      return begun;
    }
    try {
      Future<?> _ = disk.submit(mine);
    } catch (RejectedExecutionException _) {
      mine.run(); // the server stops, and its disk did so first
    }
    return mine;
  }

  private Optional<SiteFile> renew(
      String path, Entry entry, Known known, Function<String, Optional<SiteFile>> lookUp) {
    boolean looked = false;
    try {
      long now = nanos.getAsLong();
      Optional<SiteFile> found = lookUp.apply(path);
      looked = true;
      if (found.isEmpty()) {
        remove(path, entry);
        return found;
      }
      SiteFile file = known.file.isSameAs(found.get()) ? known.file : found.get();
      entry.known = new Known(file, now);
      charge(entry);
      return Optional.of(file);
    } finally {
      if (!looked) {
        known.next.set(null); // who comes next tries again
      }
    }
  }

  /** The most bytes all entries can come to hold. */
  long bytes() {
    return bytes.get();
  }

  private void add(String path, Entry entry) {
    if (entries.putIfAbsent(path, entry) == null) {
      charge(entry);
    }
  }

  private void charge(Entry entry) {
    long weight = ENTRY_BYTES + entry.known.file.weight();
    synchronized (entry) {
      if (entry.dropped) {
        return;
      }
      bytes.addAndGet(weight - entry.charged);
      entry.charged = weight;
    }
    shrink();
  }

  /** Drops what is known of a path. */
  void forget(String path) {
    Entry entry = entries.get(path);
    if (entry != null) {
      remove(path, entry);
    }
  }

  private void remove(String path, Entry entry) {
    if (entries.remove(path, entry)) {
      synchronized (entry) {
        entry.dropped = true;
        bytes.addAndGet(-entry.charged);
        entry.charged = 0;
      }
    }
  }

  /** Those not asked for in the last two seconds go first, then any. */
  private void shrink() {
    if (bytes.get() <= maxBytes) {
      return;
    }
    long now = nanos.getAsLong();
    for (int pass = 0; pass < 2; pass++) {
      Iterator<Map.Entry<String, Entry>> all = entries.entrySet().iterator();
      while (all.hasNext() && bytes.get() > maxBytes) {
        var candidate = all.next();
        if (pass > 0 || now - candidate.getValue().known.checked > 2 * FRESH_NANOS) {
          remove(candidate.getKey(), candidate.getValue());
        }
      }
    }
  }
}
