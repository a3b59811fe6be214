package io.l7.http.message;

import io.l7.common.net.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * What surrounds one request at a server: who asks, over what, and a way to say something before
 * the answer.
 */
public interface Exchange {
  /** The other end of the connection; behind a trusted proxy, the client that the proxy names. */
  InetSocketAddress remote();

  InetSocketAddress local();

  /** The TLS session of the connection; none where it is plain. */
  Optional<SSLSession> tls();

  /**
   * Sends an interim answer now, such as 103 (Early Hints); does nothing where the client's version
   * knows none (RFC 9110 §15.2).
   */
  void inform(Response interim) throws IOException;

  /**
   * Runs a task, on a thread of its own and once, when the client does not want the answer any
   * more: it has reset the stream, or the connection is over. At once where that is known already;
   * never where nobody notices, as over HTTP/1.1, where only who reads or writes does. Who reads
   * content or writes an answer needs nothing of this: that fails by itself.
   *
   * @return until it is closed the task waits; nothing is run behind it
   */
  default Scope whenGone(Runnable task) {
    return () -> {};
  }

  /**
   * Interrupts the calling thread when the client has gone, as {@link #whenGone} knows it, until
   * the scope is closed: for handlers that wait for something else than the client. Never by
   * itself: a thread that is interrupted while it reads a file that is shared with others closes it
   * for all.
   *
   * <pre>{@code
   * try (var _ = request.exchange().interruptedWhenGone()) {
   *   return Response.text(queue.take());
   * }
   * }</pre>
   *
   * @return to be closed by the same thread, which then is not interrupted any more
   */
  default Scope interruptedWhenGone() {
    return Interruption.of(this);
  }

  /** For requests made by code: no peer, no TLS, interim answers go nowhere. */
  Exchange NONE =
      new Exchange() {
        private static final InetSocketAddress NOBODY =
            InetSocketAddress.createUnresolved("none", 0);

        @Override
        public InetSocketAddress remote() {
          return NOBODY;
        }

        @Override
        public InetSocketAddress local() {
          return NOBODY;
        }

        @Override
        public Optional<SSLSession> tls() {
          return Optional.empty();
        }

        @Override
        public void inform(Response interim) {}
      };
}
