package io.l7.http.server;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/**
 * An upstream's events on their way to a browser that comes back by itself: when the server wants
 * to stop, they end behind an event. Who did not ask for {@code text/event-stream}, or did so with
 * content, may be waiting for one long answer, and gets all of it that the drain has time for.
 */
public final class EventRelay extends FilterInputStream {
  private static final String TYPE = "text/event-stream";

  private final BooleanSupplier draining;

  /** Line ends since the last other octet; two are the end of an event, CR LF counts as one. */
  private int lineEnds;

  private int last;

  private EventRelay(InputStream events, BooleanSupplier draining) {
    super(events);
    this.draining = draining;
  }

  /** The answer as it is, but that its events end when the server wants to stop. */
  public static Response of(Request request, Response response, BooleanSupplier draining) {
    return response.body() instanceof Body.Stream events
            && events.length().isEmpty()
            && !response.fields().contains(FieldNames.CONTENT_ENCODING)
            && request.method().equals(Method.GET)
            && response.field(FieldNames.CONTENT_TYPE).filter(EventRelay::isEvents).isPresent()
            && request.fields().list(FieldNames.ACCEPT).stream().anyMatch(EventRelay::isEvents)
        ? response.withBody(
            new Body.Stream(
                new EventRelay(events.in(), draining), events.length(), events.trailing()))
        : response;
  }

  private static boolean isEvents(String type) {
    return type.regionMatches(true, 0, TYPE, 0, TYPE.length());
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (lineEnds >= 2 && draining.getAsBoolean()) {
      return -1;
    }
    int count = in.read(into, offset, length);
    for (int i = 0; i < count; i++) {
      look(into[offset + i]);
    }
    return count;
  }

  private void look(int octet) {
    if (octet == '\r' || (octet == '\n' && last != '\r')) {
      lineEnds++;
    } else if (octet != '\n') {
      lineEnds = 0;
    }
    last = octet;
  }
}
