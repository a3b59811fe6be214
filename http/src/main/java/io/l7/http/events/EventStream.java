package io.l7.http.events;

import io.l7.http.message.FieldNames;
import io.l7.http.message.LiveOutput;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An open stream of events to one client. Each send is flushed and blocks while the client is slow;
 * it fails with an {@link IOException} once the client is gone. When the server wants to stop, the
 * stream ends: the next send, which sends nothing any more, fails likewise, a {@link #pause} is
 * over at once, and the client, which sees an ordinary end, comes back by itself. It ends likewise
 * when the client has reset it (RFC 9113 §6.4).
 *
 * <pre>{@code
 * Handler ticks = request -> EventStream.response(events -> {
 *   do {
 *     events.send("tick", Instant.now().toString());
 *   } while (events.pause(Duration.ofSeconds(1)));
 * });
 * }</pre>
 */
public final class EventStream {
  /** Sends events until it returns. */
  @FunctionalInterface
  public interface Source {
    void send(EventStream events) throws IOException, InterruptedException;
  }

  /** The server stops: what was to be sent is the next one's to send. */
  private static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    Ended() {
      super("the server stops");
    }
  }

  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final OutputStream out;
  private final CountDownLatch ending = new CountDownLatch(1);
  private Runnable atEnd = () -> {};

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** The answer that carries them. */
  public static Response response(Source source) {
    return Response.stream("text/event-stream", out -> run(source, out))
        .with(FieldNames.CACHE_CONTROL, "no-store");
  }

  private static void run(Source source, OutputStream out) throws IOException {
    var events = new EventStream(out);
    if (out instanceof LiveOutput live) {
      live.whenDraining(events::end);
    }
    try {
      out.flush();
      source.send(events);
    } catch (Ended _) {
      // Between two events: the content ends as any other.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    Runnable task;
    synchronized (this) {
      ending.countDown();
      task = atEnd;
    }
    task.run();
  }

  /**
   * Runs a task on a thread of its own when the server wants to stop, at once where it does
   * already: for a source that waits for something else than {@link #pause}, a queue for one.
   */
  public void whenEnding(Runnable task) {
    synchronized (this) {
      atEnd = task;
      if (ending.getCount() > 0) {
        return;
      }
    }
    Thread.ofVirtual().name("events-end").start(task);
  }

  /** Waits so long; returns false, at once, when the stream is to end. */
  public boolean pause(Duration time) throws InterruptedException {
    return !ending.await(time.toNanos(), TimeUnit.NANOSECONDS);
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
    if (ending.getCount() == 0) {
      throw new Ended();
    }
    out.write((lines + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
