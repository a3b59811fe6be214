package io.l7.http.server.h2;

import io.l7.common.framing.WireException.Truncated;
import io.l7.http.h2.FloodGuard;
import io.l7.http.h2.FrameReader;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.server.DateLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The answer on one stream (RFC 9113 §8.1): interim ones, head, content as the windows let it pass,
 * trailers.
 */
final class StreamAnswer {
  private static final int COPY_BYTES = 16 << 10;
  private static final byte[] NOTHING = new byte[0];

  /** Names in lower case; of the few that our own answers have and the many of upstreams some. */
  private static final Map<String, String> LOWER_CASE = new ConcurrentHashMap<>();

  private static final int MOST_NAMES = 1000;

  private final Http2Output out;
  private final SendWindows.Window window;
  private final FloodGuard guard;
  private final DateLine date;
  private final Consumer<Runnable> farewell;

  /** Held while something is said: an interrupt there would close the connection of all. */
  private final ReentrantLock speaking = new ReentrantLock();

  private long contentBytes;

  /** Whether the head is on its way: interim answers come ahead of it. */
  private volatile boolean begun;

  /** Whether all of it is on its way. */
  private volatile boolean ended;

  StreamAnswer(
      Http2Output out,
      SendWindows.Window window,
      FloodGuard guard,
      DateLine date,
      Consumer<Runnable> farewell) {
    this.out = out;
    this.window = window;
    this.guard = guard;
    this.date = date;
    this.farewell = farewell;
  }

  /** Whether the client may have seen its end. */
  boolean isEnded() {
    return ended;
  }

  /** The bytes of content that were sent. */
  long contentBytes() {
    return contentBytes;
  }

  /** Runs a task when the server wants to stop. */
  void whenDraining(Runnable task) {
    farewell.accept(task);
  }

  /** Fails where the client does not want this answer any more. */
  void requireClient() throws IOException {
    if (window.isClosed()) {
      throw new IOException("the stream was closed");
    }
  }

  /** Sends an interim answer (RFC 9110 §15.2), to who still waits for the final one. */
  void interim(Response response) throws IOException {
    if (begun || window.isClosed()) {
      return;
    }
    speak(
        () -> {
          if (!begun) {
            out.headers(
                window,
                FrameReader.MAX_FRAME_SIZE,
                to -> head(response, to, OptionalLong.empty()),
                End.NOT_YET);
            out.flushInTurn();
          }
        });
  }

  /** Something said on the stream. */
  @FunctionalInterface
  private interface Speech {
    void say() throws IOException;
  }

  private void speak(Speech speech) throws IOException {
    speaking.lock();
    boolean interrupted = Thread.interrupted();
    try {
      requireClient();
      speech.say();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      speaking.unlock();
    }
  }

  /** Waits until nothing is said; once the stream is closed nothing will be. */
  void awaitSilence() {
    speaking.lock();
    try {
      return; // its last word is said
    } finally {
      speaking.unlock();
    }
  }

  /**
   * Sends an answer to its end.
   *
   * @throws IOException the client is gone, reads nothing, or the content ended early: the stream
   *     must be reset
   */
  void send(Response response, Method method) throws IOException {
    Body body = response.body();
    boolean withoutContent = response.status().isWithoutContent() || method.equals(Method.HEAD);
    boolean ends = withoutContent || body.length().orElse(-1) == 0;
    begin(response, length(response, method), ends ? End.OF_STREAM : End.NOT_YET);
    if (!ends) {
      content(body);
    }
    flush();
  }

  private void begin(Response response, OptionalLong length, End end) throws IOException {
    speak(
        () -> {
          begun = true;
          ended = end == End.OF_STREAM;
          out.headers(
              window,
              FrameReader.MAX_FRAME_SIZE,
              to -> {
                head(response, to, length);
                if (!response.fields().contains(FieldNames.DATE)) {
                  to.add("date", date.value());
                }
              },
              end);
        });
  }

  private static void head(Response response, Http2Output.Lines to, OptionalLong length) {
    to.add(":status", Integer.toString(response.status().code()));
    lines(response.fields(), to);
    if (length.isPresent()) {
      to.add("content-length", Long.toString(length.getAsLong()));
    }
  }

  private static void lines(Fields fields, Http2Output.Lines to) {
    for (int line = 0; line < fields.size(); line++) {
      String name = lowerCase(fields.name(line));
      if (!isFraming(name)) {
        to.add(name, fields.value(line));
      }
    }
  }

  private static String lowerCase(String name) {
    String known = LOWER_CASE.get(name);
    if (known == null) {
      known = name.toLowerCase(Locale.ROOT);
      if (LOWER_CASE.size() < MOST_NAMES) {
        LOWER_CASE.put(name, known);
      }
    }
    return known;
  }

  /** RFC 9113 §8.2.2: of the connection, which here frames by itself. */
  private static boolean isFraming(String name) {
    return switch (name) {
      case "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade" ->
          true;
      default -> false;
    };
  }

  /** RFC 9110 §8.6: that of the content, or what GET would have said. */
  private static OptionalLong length(Response response, Method method) {
    int code = response.status().code();
    OptionalLong length = response.body().length();
    if (code == 304 || method.equals(Method.HEAD)) {
      OptionalLong told = response.fields().firstNumber(FieldNames.CONTENT_LENGTH);
      if (told.isPresent() && length.orElse(0) == 0) {
        return told;
      }
    }
    return code >= 200 && code != 204 && code != 304 ? length : OptionalLong.empty();
  }

  private void content(Body body) throws IOException {
    switch (body) {
      case Body.Empty _ -> {}
      case Body.Bytes bytes -> data(bytes.array(), bytes.offset(), bytes.count(), End.OF_STREAM);
      case Body.Memory memory -> memory(memory);
      case Body.Region region -> {
        var portions = new FilePortions(region);
        while (portions.hasMore()) {
          awaitRoom(); // what is read ahead of it would lie in memory for who takes nothing
          int count = portions.next();
          data(portions.octets(), 0, count, portions.hasMore() ? End.NOT_YET : End.OF_STREAM);
        }
      }
      case Body.Stream from -> {
        var to = new StreamOutput(this, from.length());
        copy(from.in(), to, from.length());
        finish(to, body);
      }
      case Body.Written written -> {
        var to = new StreamOutput(this, written.length());
        written.writer().write(to);
        finish(to, body);
      }
    }
  }

  private void memory(Body.Memory memory) throws IOException {
    var octets = memory.octets().duplicate();
    awaitRoom();
    byte[] portion = new byte[Math.min(FrameReader.MAX_FRAME_SIZE, octets.remaining())];
    while (octets.hasRemaining()) {
      int count = Math.min(portion.length, octets.remaining());
      octets.get(portion, 0, count);
      data(portion, 0, count, octets.hasRemaining() ? End.NOT_YET : End.OF_STREAM);
    }
  }

  private static void copy(InputStream in, StreamOutput to, OptionalLong length)
      throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    long left = length.orElse(Long.MAX_VALUE);
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        break;
      }
      to.write(buffer, 0, count);
      // What comes slowly is passed on at once; what comes fast is gathered.
      if (count < buffer.length) {
        to.flush();
      }
      left -= count;
    }
  }

  private void finish(StreamOutput content, Body body) throws IOException {
    content.end();
    if (body.length().isPresent() && body.length().getAsLong() != content.count()) {
      throw new Truncated("an answer of " + body.length().getAsLong() + " bytes");
    }
    Fields trailers = body.trailers();
    ended = true;
    if (trailers.isEmpty()) {
      speak(() -> out.data(window, NOTHING, 0, 0, End.OF_STREAM));
    } else {
      speak(
          () ->
              out.headers(
                  window, FrameReader.MAX_FRAME_SIZE, to -> lines(trailers, to), End.OF_STREAM));
    }
  }

  /** Sends content in its turn; it leaves with a flush, or when there is enough of it. */
  void data(byte[] source, int offset, int length) throws IOException {
    data(source, offset, length, End.NOT_YET);
  }

  private void data(byte[] source, int offset, int length, End end) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      flushIfShut();
      int count = window.take(Math.min(left, FrameReader.MAX_FRAME_SIZE));
      left -= count;
      End here = left == 0 ? end : End.NOT_YET;
      int from = at;
      ended = here == End.OF_STREAM;
      speak(() -> out.data(window, source, from, count, here));
      at += count;
      contentBytes += count;
      guard.sent(count);
    }
  }

  private void awaitRoom() throws IOException {
    flushIfShut();
    window.awaitRoom();
  }

  private void flushIfShut() throws IOException {
    if (window.isShut()) {
      flush(); // the client may wait for it before it makes room
    }
  }

  /** Sends what was said of the answer, if its head was. */
  void flushBegun() throws IOException {
    if (begun) {
      flush();
    }
  }

  void flush() throws IOException {
    speak(out::flushInTurn);
  }
}
