package io.l7.http;

import io.l7.common.framing.Shelf;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import io.l7.http.h2.Http2Limits;
import io.l7.http.server.DateLine;
import io.l7.http.server.Ending;
import io.l7.http.server.HttpCounters;
import io.l7.http.server.ServerConnection;
import io.l7.http.server.ServerSettings;
import io.l7.http.server.h2.Http2Server;
import io.l7.http.wire.RequestParser;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Serves HTTP/1.1 and HTTP/2 on the connections that a TCP server accepts. */
final class ConnectionLoop implements ConnectionHandler {
  /**
   * Parsers that are kept: one for each carrier would do, were all of their threads' slots apart.
   */
  private static final int PARSERS = 16;

  private static final Optional<String> H2 = Optional.of("h2");

  private final ServerSettings settings;
  private final HttpCounters counters;
  private final DateLine date;
  private final Shelf<RequestParser> parsers;
  private volatile @Nullable Http2Server http2;

  ConnectionLoop(ServerSettings settings) {
    this.settings = settings;
    this.counters = new HttpCounters(settings.metrics());
    this.date = new DateLine(settings.clock());
    this.parsers =
        new Shelf<>(PARSERS, () -> new RequestParser(settings.limits(), settings.waived()));
  }

  @Override
  public void serve(Connection connection) throws IOException {
    if (settings.http2().isPresent() && connection.applicationProtocol().equals(H2)) {
      http2(settings.http2().get()).serve(connection);
    } else if (new ServerConnection(connection, settings, counters, date, parsers).run()
        == Ending.HTTP_2) {
      http2(settings.http2().orElseThrow()).serve(connection);
    }
  }

  @Override
  public void refusePlaintext(Connection connection) throws IOException {
    new ServerConnection(connection, settings, counters, date, parsers).refusePlaintext();
  }

  /** Made when it is first needed: a server that nobody asks for HTTP/2 has nothing of it. */
  private Http2Server http2(Http2Limits limits) {
    Http2Server known = http2;
    if (known == null) {
      synchronized (this) {
        known = http2;
        if (known == null) {
          known = new Http2Server(settings, limits, counters, date);
          http2 = known;
        }
      }
    }
    return known;
  }
}
