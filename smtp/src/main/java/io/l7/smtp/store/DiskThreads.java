package io.l7.smtp.store;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/**
 * Runs file work on platform threads, for a blocked file operation pins the carrier of a virtual
 * one.
 */
final class DiskThreads {
  private DiskThreads() {}

  static <T> T call(ExecutorService threads, Callable<T> work) throws IOException {
    try {
      return Thread.currentThread().isVirtual() ? threads.submit(work).get() : work.call();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
