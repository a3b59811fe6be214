package io.l7.http.events;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * An open stream of events to one client. Each send is flushed and blocks while the client is slow;
 * it fails with an {@link IOException} once the client is gone.
 *
 * <pre>{@code
 * Handler ticks = request -> EventStream.response(events -> {
 *   while (true) {
 *     events.send("tick", Instant.now().toString());
 *     Thread.sleep(1000);
 *   }
 * });
 * }</pre>
 */
public final class EventStream {
  /** Sends events until it returns. */
  @FunctionalInterface
  public interface Source {
    void send(EventStream events) throws IOException, InterruptedException;
  }

  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final OutputStream out;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** The answer that carries them. */
  public static Response response(Source source) {
    return Response.stream(
            "text/event-stream",
            out -> {
              try {
                out.flush();
                source.send(new EventStream(out));
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            })
        .with(FieldNames.CACHE_CONTROL, "no-store");
  }

  /** Sends an event without a name. */
  public void send(String data) throws IOException {
    write(lines("data", data));
  }

  /** Sends an event of this name. */
  public void send(String event, String data) throws IOException {
    write("event: " + oneLine(event) + "\n" + lines("data", data));
  }

  /** Sends an event with an id, which a client that comes back names in {@code Last-Event-ID}. */
  public void send(String event, String id, String data) throws IOException {
    write("event: " + oneLine(event) + "\nid: " + oneLine(id) + "\n" + lines("data", data));
  }

  /** Tells the client how long to wait before it comes back. */
  public void retry(Duration time) throws IOException {
    write("retry: " + time.toMillis() + "\n");
  }

  /**
   * Sends a comment, which keeps the connection alive and shows whether the client is still there.
   */
  public void comment(String text) throws IOException {
    write(lines("", text));
  }

  private static String lines(String field, String text) {
    var out = new StringBuilder();
    for (String line : LINE_END.split(text, -1)) { // also the empty one at the end is one of them
      out.append(field).append(": ").append(line).append('\n');
    }
    return out.toString();
  }

  private static String oneLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an event's name or id is one line");
    }
    return text;
  }

  private void write(String lines) throws IOException {
    out.write((lines + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
