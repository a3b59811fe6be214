package io.l7.http.server;

import io.l7.common.framing.Shelf;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import io.l7.http.wire.RequestParser;
import java.io.IOException;

/**
 * Serves HTTP/1.1 on connections that others accept: what {@code HttpServer} gives to its TCP
 * server, and tests to a pipe.
 */
public final class ConnectionLoop implements ConnectionHandler {
  /**
   * Parsers that are kept: one for each carrier would do, were all of their threads' slots apart.
   */
  private static final int PARSERS = 16;

  private final ServerSettings settings;
  private final HttpCounters counters;
  private final DateLine date;
  private final Shelf<RequestParser> parsers;

  public ConnectionLoop(ServerSettings settings) {
    this.settings = settings;
    this.counters = new HttpCounters(settings.metrics());
    this.date = new DateLine(settings.clock());
    this.parsers =
        new Shelf<>(PARSERS, () -> new RequestParser(settings.limits(), settings.waived()));
  }

  @Override
  public void serve(Connection connection) throws IOException {
    new ServerConnection(connection, settings, counters, date, parsers).run();
  }
}
