package io.l7.common.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads on which blocking file work runs. A virtual thread that reads a file
 * itself holds its carrier while the disk turns, and on two cores two of them stop every other
 * session.
 */
public final class DiskPool implements AutoCloseable {
  /**
   * Threads of a pool: enough to keep a disk's queue filled, few enough to leave the cores alone.
   */
  public static final int DEFAULT_THREADS = 4;

  private final ExecutorService threads;

  /** A pool of {@link #DEFAULT_THREADS}, named for its owner. */
  public DiskPool(String name) {
    this(name, DEFAULT_THREADS);
  }

  /** A pool of {@code count} threads, named for its owner. */
  public DiskPool(String name, int count) {
    var made = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            count,
            // Numbered by hand: the counter of a thread builder costs a start of the JVM 5 ms.
            work ->
                Thread.ofPlatform()
                    .daemon()
                    .name(name + "-disk-" + made.getAndIncrement())
                    .unstarted(work));
  }

  /**
   * Runs {@code work} and waits for its result. I/O errors come out as they are; another one says
   * that the pool is closed.
   */
  public <T> T call(Callable<T> work) throws IOException {
    Future<T> result;
    try {
      result = threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw new IOException("no more disk work: it has ended", e);
    }
    return await(result);
  }

  /** Waits for the result of work that others may wait for as well, as {@link #call} does. */
  public static <T> T await(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk worked");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  /** Runs {@code work} without waiting for it. */
  public Future<?> submit(Runnable work) {
    return threads.submit(work);
  }

  /** Ends the threads once the work under way is done. */
  @Override
  public void close() {
    threads.close();
  }
}
