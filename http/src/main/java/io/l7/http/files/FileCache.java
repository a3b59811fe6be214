package io.l7.http.files;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Files that were found, by request path; each is looked up again once it is a second old, so that
 * a rewritten file is served new within a second. Bounded by bytes and entries.
 */
final class FileCache {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What an entry costs besides the bytes it holds. */
  private static final long ENTRY_BYTES = 1024;

  private static final class Entry {
    private volatile SiteFile file;
    private volatile long checked;
    private volatile long charged;

    private Entry(SiteFile file, long checked) {
      this.file = file;
      this.checked = checked;
    }
  }

  private final long maxBytes;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxBytes for all contents and entries
   * @param nanos a clock like {@link System#nanoTime}
   */
  FileCache(long maxBytes, LongSupplier nanos) {
    this.maxBytes = maxBytes;
    this.nanos = nanos;
  }

  /** The file of a path, looked up where it is not known well enough. */
  Optional<SiteFile> get(String path, Function<String, Optional<SiteFile>> lookUp) {
    Entry entry = entries.get(path);
    long now = nanos.getAsLong();
    if (entry != null && now - entry.checked < FRESH_NANOS) {
      return Optional.of(entry.file);
    }
    Optional<SiteFile> found = lookUp.apply(path);
    if (found.isEmpty()) {
      remove(path);
    } else if (entry == null) {
      add(path, new Entry(found.get(), now));
    } else {
      if (!entry.file.isSameAs(found.get())) {
        entry.file = found.get();
      }
      entry.checked = now;
      charge(entry);
      return Optional.of(entry.file);
    }
    return found;
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
    long weight = ENTRY_BYTES + entry.file.weight();
    synchronized (entry) {
      bytes.addAndGet(weight - entry.charged);
      entry.charged = weight;
    }
    shrink();
  }

  /** Drops what is known of a path. */
  void forget(String path) {
    remove(path);
  }

  private void remove(String path) {
    Entry entry = entries.remove(path);
    if (entry != null) {
      synchronized (entry) {
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
        if (pass > 0 || now - candidate.getValue().checked > 2 * FRESH_NANOS) {
          remove(candidate.getKey());
        }
      }
    }
  }
}
