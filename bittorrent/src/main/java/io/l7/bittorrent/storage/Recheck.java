package io.l7.bittorrent.storage;

import io.l7.bittorrent.metainfo.Digests;
import io.l7.bittorrent.metainfo.PieceHashes;
import io.l7.bittorrent.swarm.Bitfield;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Hashes pieces on disk on several platform threads, each reading the next piece at its position
 * and hashing it while it is in the cache. Hashing is a long loop of the processor, so it stays off
 * the virtual threads' carriers.
 */
public final class Recheck {
  private static final int CHUNK = 64 * 1024;

  private final ContentStore store;
  private final PieceHashes hashes;
  private final int threads;

  /** A check of {@code store} by as many threads as there are cores. */
  public Recheck(ContentStore store, PieceHashes hashes) {
    this(store, hashes, Runtime.getRuntime().availableProcessors());
  }

  /** A check of {@code store} by that many threads. */
  public Recheck(ContentStore store, PieceHashes hashes, int threads) {
    this.store = store;
    this.hashes = hashes;
    this.threads = threads;
  }

  /**
   * Checks the pieces of {@code doubtful}; a piece whose files are absent or short fails.
   *
   * @param progress is given the number of bytes checked since the last call, from several threads
   * @return those that have the right hash
   */
  public Bitfield run(Bitfield doubtful, LongConsumer progress) throws IOException {
    var verified = Bitfield.empty(doubtful.size());
    var next = new AtomicInteger();
    try (var pool =
        Executors.newFixedThreadPool(
            // Not numbered: the counter of a thread builder costs a start of the JVM 5 ms.
            threads, work -> Thread.ofPlatform().daemon().name("recheck").unstarted(work))) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(
            pool.submit(
                () -> {
                  check(doubtful, verified, next, progress);
                  return null;
                }));
      }
      for (var worker : running) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return verified;
  }

  private void check(
      Bitfield doubtful, Bitfield verified, AtomicInteger next, LongConsumer progress)
      throws IOException {
    var digest = Digests.sha1();
    var chunk = new byte[CHUNK];
    while (true) {
      int from = next.getAndIncrement();
      if (from >= doubtful.size()) {
        return;
      }
      if (doubtful.get(from)) {
        if (matches(from, digest, chunk)) {
          synchronized (verified) {
            verified.set(from);
          }
        }
        progress.accept(store.layout().lengthOf(from));
      }
    }
  }

  private boolean matches(int piece, MessageDigest digest, byte[] chunk) throws IOException {
    long at = store.layout().offsetOf(piece);
    long end = at + store.layout().lengthOf(piece);
    digest.reset();
    try {
      while (at < end) {
        int length = (int) Math.min(CHUNK, end - at);
        store.read(at, ByteBuffer.wrap(chunk, 0, length));
        digest.update(chunk, 0, length);
        at += length;
      }
    } catch (ContentMissing _) {
      return false;
    }
    return hashes.matches(piece, digest.digest());
  }
}
