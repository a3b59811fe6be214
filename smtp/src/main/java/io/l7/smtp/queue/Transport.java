package io.l7.smtp.queue;

/** How mails get to other servers. Thread-safe. */
@FunctionalInterface
public interface Transport {
  /** A courier for one destination domain; opens connections when it has something to carry. */
  Courier courier(String destination);
}
