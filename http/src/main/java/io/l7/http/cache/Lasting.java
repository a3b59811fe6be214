package io.l7.http.cache;

import io.l7.http.message.Exchange;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** The exchange of a request that goes on when its client has gone: nothing is told of that. */
record Lasting(Exchange inner) implements Exchange {
  @Override
  public InetSocketAddress remote() {
    return inner.remote();
  }

  @Override
  public InetSocketAddress local() {
    return inner.local();
  }

  @Override
  public Optional<SSLSession> tls() {
    return inner.tls();
  }

  @Override
  public void inform(Response interim) throws IOException {
    inner.inform(interim);
  }
}
