package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import java.io.IOException;

/**
 * Serves HTTP/1.1 on connections that others accept: what {@code HttpServer} gives to its TCP
 * server, and tests to a pipe.
 */
public final class ConnectionLoop implements ConnectionHandler {
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
    new ServerConnection(connection, settings, counters, date).run();
  }
}
