package io.l7.dns.resolver;

import java.time.Duration;

/** The port through which the engine starts work and waits for work of others. */
public interface Tasks {
  /** Runs {@code work} beside the caller. */
  void fork(Runnable work);

  /** A gate that is shut. */
  Gate gate();

  /** Something to wait at until it opens, once. */
  interface Gate {
    void open();

    /** Waits until the gate is open; false if that took longer than {@code timeout}. */
    boolean await(Duration timeout);
  }
}
