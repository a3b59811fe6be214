package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.http.message.Exchange;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What surrounds a request, as far as it is its connection's, whatever version of HTTP. */
public abstract class ConnectedExchange implements Exchange {
  private final Connection connection;

  protected ConnectedExchange(Connection connection) {
    this.connection = connection;
  }

  @Override
  public final InetSocketAddress remote() {
    return connection.peer();
  }

  @Override
  public final InetSocketAddress local() {
    return connection.local();
  }

  @Override
  public final Optional<SSLSession> tls() {
    return connection.tls();
  }
}
