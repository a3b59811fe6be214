package io.l7.http.server.h2;

import io.l7.common.net.Connection;
import io.l7.common.net.Scope;
import io.l7.http.message.Response;
import io.l7.http.server.ConnectedExchange;
import java.io.IOException;

/** What surrounds a request that came over a stream of a connection. */
final class StreamExchange extends ConnectedExchange {
  private final StreamAnswer answer;
  private final Departure departure;

  StreamExchange(Connection connection, StreamAnswer answer, Departure departure) {
    super(connection);
    this.answer = answer;
    this.departure = departure;
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
