package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves HTTP/1.1 on connections that others accept: what {@code HttpServer} gives to its TCP
 * server, and tests to a pipe.
 */
public final class ConnectionLoop implements ConnectionHandler {
  private final AtomicInteger open = new AtomicInteger();
  private final ServerSettings settings;
  private final HttpCounters counters;
  private final DateLine date;

  public ConnectionLoop(ServerSettings settings) {
    this.settings = settings;
    this.counters = new HttpCounters(settings.metrics());
    this.date = new DateLine(settings.clock());
  }

  @Override
  public void serve(Connection connection) throws IOException {
    open.incrementAndGet();
    try {
      new ServerConnection(connection, settings, counters, date, new Turns(open)).run();
    } finally {
      open.decrementAndGet();
    }
  }
}
