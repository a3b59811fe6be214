package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.http.message.Response;
import io.l7.http.message.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What surrounds a request that came over a connection of HTTP/1.1. */
final class ConnectionExchange extends ConnectedExchange {
  private final ResponseWriter responses;
  private final Version version;
  private final @Nullable ContentInput content;

  ConnectionExchange(
      Connection connection,
      ResponseWriter responses,
      Version version,
      @Nullable ContentInput content) {
    super(connection);
    this.responses = responses;
    this.version = version;
    this.content = content;
  }

  @Override
  public void inform(Response interim) throws IOException {
    // RFC 9110 §15.2: never to an HTTP/1.0 client.
    if (version == Version.HTTP_1_0 || !interim.status().isInformational()) {
      return;
    }
    try {
      if (content == null) {
        responses.interim(interim);
      } else {
        content.meanwhile(() -> responses.interim(interim));
      }
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }
}
