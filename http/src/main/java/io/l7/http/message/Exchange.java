package io.l7.http.message;

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
