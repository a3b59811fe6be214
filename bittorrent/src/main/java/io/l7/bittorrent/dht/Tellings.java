package io.l7.bittorrent.dht;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What listeners are told, in the order in which it was added, one at a time: peers that were found
 * before the end of the search that found them. Told by whichever thread is free, which must hold
 * no lock. Safe for all threads.
 */
final class Tellings {
  private static final Logger LOG = LoggerFactory.getLogger(Tellings.class);

  private final ConcurrentLinkedQueue<Runnable> untold = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean telling = new AtomicBoolean();

  /** To be told by {@link #tell}. */
  void add(Runnable one) {
    untold.add(one);
  }

  /** Tells all there is, unless another thread is at it: then that one tells this too. */
  void tell() {
    while (!untold.isEmpty() && telling.compareAndSet(false, true)) {
      try {
        for (var one = untold.poll(); one != null; one = untold.poll()) {
          run(one);
        }
      } finally {
        telling.set(false);
      }
    }
  }

  private static void run(Runnable one) {
    try {
      one.run();
    } catch (RuntimeException e) {
      LOG.error("dht: a listener failed", e);
    }
  }
}
