package io.l7.dash.play;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request at a time over HTTP: watched while it runs, given up on silence. The request runs on
 * a virtual thread of its own, so that a silent peer can be left.
 */
final class Fetcher {
  private static final int READ_BYTES = 16 * 1024;
  private static final double LOOK_MS = 50;
  private static final double LOOK_BITS = 12_000;
  private static final int POLL_MS = 20;

  private final HttpClient client;
  private final PlayClock clock;
  private final RateLimit limit;
  private final DashLimits limits;

  Fetcher(HttpClient client, PlayClock clock, RateLimit limit, DashLimits limits) {
    this.client = client;
    this.clock = clock;
    this.limit = limit;
    this.limits = limits;
  }

  /** How a request ended. Times in ms. */
  sealed interface Outcome {
    double elapsedMs();

    /** Whole, as long as announced. */
    @SuppressWarnings("ArrayRecordComponent") // Media; compared by nobody.
    record Done(byte[] content, double elapsedMs, double firstByteMs) implements Outcome {}

    /** Left by the watcher. */
    record GivenUp(double bits, double elapsedMs, double firstByteMs) implements Outcome {}

    /** No answer, a bad one, or silence. */
    record Failed(String why, double elapsedMs) implements Outcome {}
  }

  /** Sees a request run. */
  interface Watcher {
    /** The header is here. */
    void answered(double nowMs);

    /** More bits; may be called often. */
    void received(double bits, double nowMs);

    /** Asked now and then: true leaves the request. */
    boolean leave(double totalBits, double receivedBits, double elapsedMs, double firstByteMs);

    /** Nothing to see. */
    Watcher NONE =
        new Watcher() {
          @Override
          public void answered(double nowMs) {}

          @Override
          public void received(double bits, double nowMs) {}

          @Override
          public boolean leave(
              double totalBits, double receivedBits, double elapsedMs, double firstByteMs) {
            return false;
          }
        };
  }

  /**
   * @param patience how long the peer may be silent
   * @param fields sent along
   */
  Outcome fetch(
      URI uri,
      Optional<ByteRange> range,
      Duration patience,
      Map<String, String> fields,
      Watcher watcher)
      throws InterruptedException {
    double start = clock.nowMs();
    var result = new AtomicReference<Outcome>(new Outcome.Failed("silence", 0));
    var sign = new AtomicReference<>(start);
    Thread thread =
        Thread.ofVirtual()
            .name("dash-fetch")
            .start(() -> result.set(run(uri, range, fields, watcher, start, sign)));
    try {
      while (!thread.join(Duration.ofMillis(POLL_MS))) {
        double now = clock.nowMs();
        if (now - sign.get() > patience.toMillis()) {
          thread.interrupt();
          thread.join(Duration.ofMillis(POLL_MS));
          return new Outcome.Failed(
              "silent for " + patience.toMillis() + " ms", clock.nowMs() - start);
        }
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      throw e;
    }
    return result.get();
  }

  private Outcome run(
      URI uri,
      Optional<ByteRange> range,
      Map<String, String> fields,
      Watcher watcher,
      double start,
      AtomicReference<Double> sign) {
    try {
      Request request = Request.get(uri.toString());
      for (var field : fields.entrySet()) {
        request = request.with(field.getKey(), field.getValue());
      }
      if (range.isPresent()) {
        request = request.with("Range", "bytes=" + range.get().first() + "-" + range.get().last());
      }
      Response response = client.send(request);
      double firstByte = clock.nowMs() - start;
      sign.set(clock.nowMs());
      try (var body = response.body()) {
        Optional<String> wrong = wrong(response, range);
        if (wrong.isPresent()) {
          return new Outcome.Failed(wrong.get(), firstByte);
        }
        long announced = body.length().orElse(-1);
        if (announced > limits.segmentBytes()) {
          return new Outcome.Failed("a segment of " + announced + " bytes", firstByte);
        }
        watcher.answered(clock.nowMs());
        try (InputStream in = body.open()) {
          return read(in, announced, watcher, start, firstByte, sign);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return new Outcome.Failed(String.valueOf(e.getMessage()), clock.nowMs() - start);
    } catch (InterruptedException e) {
      return new Outcome.Failed("left", clock.nowMs() - start);
    }
  }

  private static Optional<String> wrong(Response response, Optional<ByteRange> range) {
    Status wanted = range.isPresent() ? Status.PARTIAL_CONTENT : Status.OK;
    if (response.status().code() != wanted.code()) {
      return Optional.of("answer " + response.status());
    }
    if (range.isPresent()) {
      String part = "bytes " + range.get().first() + "-" + range.get().last() + "/";
      String given = response.field("Content-Range").orElse("none");
      if (!given.startsWith(part)) {
        return Optional.of("Content-Range " + given + " instead of " + part);
      }
    }
    return Optional.empty();
  }

  private Outcome read(
      InputStream in,
      long announced,
      Watcher watcher,
      double start,
      double firstByte,
      AtomicReference<Double> sign)
      throws IOException, InterruptedException {
    byte[] content = new byte[announced >= 0 ? (int) Math.min(announced, 1 << 20) : READ_BYTES];
    int length = 0;
    double lookedMs = clock.nowMs();
    int looked = 0;
    while (true) {
      if (length == content.length) {
        int more = in.read();
        if (more < 0) {
          break;
        }
        long room = announced >= 0 ? announced : limits.segmentBytes();
        if (length >= room) {
          return new Outcome.Failed("more content than announced", clock.nowMs() - start);
        }
        content = Arrays.copyOf(content, (int) Math.min(room, content.length * 2L));
        content[length++] = (byte) more;
      }
      int count = in.read(content, length, Math.min(READ_BYTES, content.length - length));
      if (count < 0) {
        break;
      }
      double delay = limit.delayMs(count, clock.nowMs());
      if (delay > 1) {
        Thread.sleep(Duration.ofNanos((long) (delay * 1e6)));
      }
      length += count;
      double now = clock.nowMs();
      sign.set(now);
      watcher.received(count * 8.0, now);
      boolean due = now - lookedMs >= LOOK_MS && (length - looked) * 8.0 >= LOOK_BITS;
      if (due && length < announced) {
        lookedMs = now;
        looked = length;
        if (watcher.leave(announced * 8.0, length * 8.0, now - start, firstByte)) {
          return new Outcome.GivenUp(length * 8.0, clock.nowMs() - start, firstByte);
        }
      }
    }
    return new Outcome.Done(
        length == content.length ? content : Arrays.copyOf(content, length),
        clock.nowMs() - start,
        firstByte);
  }
}
