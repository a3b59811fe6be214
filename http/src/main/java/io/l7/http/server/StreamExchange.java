package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.common.net.Scope;
import io.l7.http.message.Exchange;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What surrounds a request that came over a stream of a connection. */
record StreamExchange(Connection connection, StreamAnswer answer, Departure departure)
    implements Exchange {
  @Override
  public InetSocketAddress remote() {
    return connection.peer();
  }

  @Override
  public InetSocketAddress local() {
    return connection.local();
  }

  @Override
  public Optional<SSLSession> tls() {
    return connection.tls();
  }

  @Override
  public void inform(Response interim) throws IOException {
    // RFC 9113 §8.6: there is no 101 here.
    if (interim.status().isInformational() && interim.status().code() != 101) {
      answer.interim(interim);
    }
  }

  @Override
  public Scope whenGone(Runnable task) {
    return departure.await(task);
  }
}
