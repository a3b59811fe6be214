package io.l7.http.server;

import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.time.Instant;

/**
 * Takes note of each answered request; called on the threads that answer, which over HTTP/2 are
 * several of one connection, after the answer: it must not block for long.
 */
@FunctionalInterface
public interface AccessLog {
  /**
   * One request and what became of it.
   *
   * @param contentBytes the bytes of content sent, without head and chunk framing
   * @param nanos from the end of the head to the end of the answer
   */
  record Entry(Request request, Response response, long contentBytes, Instant at, long nanos) {}

  void log(Entry entry);

  /** Keeps none. */
  AccessLog NONE = entry -> {};
}
