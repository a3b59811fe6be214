package io.l7.http.message;

import io.l7.common.net.Scope;

/** Interrupts one thread, once, and only until it has left the scope. */
final class Interruption {
  private final Thread thread = Thread.currentThread();
  private boolean interrupted;
  private boolean left;

  private Interruption() {}

  static Scope of(Exchange exchange) {
    var interruption = new Interruption();
    Scope waiting = exchange.whenGone(interruption::interrupt);
    return () -> {
      waiting.close();
      interruption.leave();
    };
  }

  private synchronized void interrupt() {
    if (!left) {
      interrupted = true;
      thread.interrupt();
    }
  }

  private synchronized void leave() {
    left = true;
    if (interrupted) {
      boolean _ = Thread.interrupted();
    }
  }
}
