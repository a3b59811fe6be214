package io.l7.dash.serve;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The segments asked for last, up to a number of bytes. Several who ask for one that is not there
 * wait for one maker. Thread-safe.
 */
final class SegmentCache {
  private final long capacity;
  private final Map<String, CompletableFuture<byte[]>> entries =
      new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /**
   * @param capacity in bytes; one segment is kept even where it is larger
   */
  SegmentCache(long capacity) {
    this.capacity = capacity;
  }

  /** Makes a segment. */
  @FunctionalInterface
  interface Maker {
    byte[] make() throws IOException;
  }

  byte[] get(String name, Maker maker) throws IOException {
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> found;
    synchronized (entries) {
      found = entries.putIfAbsent(name, mine);
    }
    if (found != null) {
      try {
        return found.join();
      } catch (CompletionException e) {
        throw new IOException("making " + name + " failed", e.getCause());
      }
    }
    try {
      byte[] made = maker.make();
      mine.complete(made);
      added(made.length);
      return made;
    } catch (IOException | RuntimeException | Error e) {
      // First out of the map: who makes room looks at what is whole. An error too, as of memory:
      // those who wait would wait for ever.
      synchronized (entries) {
        entries.remove(name);
      }
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private void added(int size) {
    synchronized (entries) {
      bytes += size;
      var oldest = entries.values().iterator();
      while (bytes > capacity && entries.size() > 1 && oldest.hasNext()) {
        var entry = oldest.next();
        if (entry.isDone()) {
          bytes -= entry.join().length;
          oldest.remove();
        }
      }
    }
  }
}
