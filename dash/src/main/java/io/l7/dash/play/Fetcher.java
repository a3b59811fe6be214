package io.l7.dash.play;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.mpd.UrlPolicy;
import io.l7.http.client.Transport;
import io.l7.http.message.Fields;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests over HTTP: watched while they run. Each runs on a virtual thread of its own, so that a
 * silent peer can be left.
 */
final class Fetcher {
  private static final int READ_BYTES = 16 * 1024;
  private static final double LOOK_MS = 50;
  private static final double LOOK_BITS = 12_000;
  private static final int POLL_MS = 20;

  /** A kilobyte a second: below it no link could play even sound. */
  private static final double LEAST_BYTES_A_MS = 1;

  private static final Fields ALWAYS = Fields.of("User-Agent", "l7", "Accept", "*/*");

  private final Transport transport;
  private final UrlPolicy urls;
  private final PlayClock clock;
  private final RateLimit limit;
  private final DashLimits limits;
  private final FileVersions versions = new FileVersions();

  /**
   * @param urls judges where redirects lead
   */
  Fetcher(
      Transport transport, UrlPolicy urls, PlayClock clock, RateLimit limit, DashLimits limits) {
    this.transport = transport;
    this.urls = urls;
    this.clock = clock;
    this.limit = limit;
    this.limits = limits;
  }

  /** Watches the names that its transport looks up. */
  NameWatch names() {
    return new NameWatch(transport);
  }

  /** How a request ended. Times in ms. */
  sealed interface Outcome {
    double elapsedMs();

    /** Whole, as long as announced. */
    @SuppressWarnings("ArrayRecordComponent") // Media; compared by nobody.
    record Done(byte[] content, double elapsedMs, double firstByteMs) implements Outcome {}

    /** Left by the watcher. */
    record GivenUp(double bits, double elapsedMs, double firstByteMs) implements Outcome {}

    /** The peer has no such thing: 404 or 410. */
    record Missing(String status, double elapsedMs) implements Outcome {}

    /** No answer, a bad one, or silence. */
    record Failed(String why, double elapsedMs) implements Outcome {}
  }

  /** A request on its way, on a thread of its own. */
  final class Running {
    private final double startMs = clock.nowMs();
    private final Semaphore changes;
    private final Thread thread;
    private volatile double signMs = startMs;
    private volatile long bytes;
    private volatile Optional<Outcome> outcome = Optional.empty();

    private Running(Semaphore changes, Asking asking, Exchange exchange) {
      this.changes = changes;
      this.thread = Thread.ofVirtual().name("dash-fetch").unstarted(() -> end(asking, exchange));
    }

    private void end(Asking asking, Exchange exchange) {
      outcome = Optional.of(run(asking, exchange, this));
      changes.release();
    }

    private void sign() {
      boolean first = !showedLife();
      signMs = clock.nowMs();
      if (first) {
        changes.release();
      }
    }

    double startMs() {
      return startMs;
    }

    /** How it ended, once it has. */
    Optional<Outcome> outcome() {
      return outcome;
    }

    /** Since the peer was last heard of, in ms. */
    double silentMs() {
      return clock.nowMs() - signMs;
    }

    /** Whether so little has come for so long that it is meant to keep us here. */
    boolean drips() {
      double ms = clock.nowMs() - startMs;
      return ms > limits.requestTimeout().toMillis() && bytes < ms * LEAST_BYTES_A_MS;
    }

    /** Whether the peer has said anything. */
    boolean showedLife() {
      return signMs > startMs;
    }

    /** Whether the peer was heard of since. */
    boolean showedLifeSince(double ms) {
      return signMs > ms;
    }

    /** Ends it; what it still does is its own affair. */
    void leave() {
      thread.interrupt();
    }

    /** How it ended: by itself, or because it took longer than there is patience. */
    Optional<Outcome> end(Patience patience) {
      if (outcome.isPresent()) {
        return outcome;
      }
      double ms = clock.nowMs() - startMs;
      Optional<String> why =
          silentMs() > patience.silence().toMillis()
              ? Optional.of("silent for " + patience.silence().toMillis() + " ms")
              : ms > patience.whole().toMillis()
                  ? Optional.of("not whole after " + patience.whole().toMillis() + " ms")
                  : drips() ? Optional.of("next to nothing comes") : Optional.empty();
      if (why.isPresent()) {
        leave();
      }
      return why.map(reason -> new Outcome.Failed(reason, ms));
    }

    /** Waits for something to happen to it, at most so many real milliseconds. */
    void await(long ms) throws InterruptedException {
      try {
        boolean _ = changes.tryAcquire(ms, TimeUnit.MILLISECONDS);
        clock.goOn();
      } catch (InterruptedException e) {
        leave();
        throw e;
      }
    }
  }

  private record Exchange(String uri, Optional<ByteRange> range, int mostBytes, Watcher watcher) {}

  /**
   * How long something that is small is waited for.
   *
   * @param silence of the peer
   * @param whole until all of it is there
   * @param mostBytes it may have
   */
  record Patience(Duration silence, Duration whole, int mostBytes) {
    /** Of a manifest: one that takes longer than that is out of date, however large. */
    static Patience withManifest(DashLimits limits) {
      return new Patience(Duration.ofSeconds(10), Duration.ofMinutes(10), limits.manifestBytes());
    }
  }

  /**
   * Starts a request.
   *
   * @param fields sent along
   * @param changes gets a permit at the first sign of life and at the end
   */
  Running start(
      URI uri,
      Optional<ByteRange> range,
      Map<String, String> fields,
      Watcher watcher,
      Semaphore changes) {
    var all = ALWAYS.toBuilder();
    fields.forEach(all::set);
    range.ifPresent(part -> all.set("Range", "bytes=" + part.first() + "-" + part.last()));
    var asking = new Asking(transport, urls, uri, all.build());
    var running =
        new Running(
            changes, asking, new Exchange(uri.toString(), range, limits.segmentBytes(), watcher));
    running.thread.start();
    return running;
  }

  /** What asks for a manifest. */
  Asking asking(URI manifest) {
    return new Asking(transport, urls, manifest, ALWAYS);
  }

  /**
   * The Date of what a HEAD request brings; none where there is none in time.
   *
   * @param patience how long that may take
   */
  Optional<Instant> date(URI uri, Duration patience) throws InterruptedException {
    var date = new CompletableFuture<Optional<Instant>>();
    var thread = Thread.ofVirtual().name("dash-date").start(() -> date.complete(dateOf(uri)));
    try {
      return date.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } finally {
      thread.interrupt();
    }
  }

  private Optional<Instant> dateOf(URI uri) {
    try {
      var response =
          transport.send(Request.get(uri.toString()).withMethod(Method.HEAD).withFields(ALWAYS));
      try (var _ = response.body()) {
        var now = Instant.ofEpochMilli((long) clock.epochMs());
        // RFC 9111 §5.1: what a cache kept was sent so long ago.
        long age =
            response
                .field("Age")
                .filter(a -> a.matches("\\d{1,9}"))
                .map(Long::parseLong)
                .orElse(0L);
        return response
            .field("Date")
            .flatMap(text -> HttpDate.parse(text, now))
            .map(date -> date.plusSeconds(age));
      }
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Fetches a manifest, or the time, whole. */
  Outcome fetch(Asking asking, Patience patience) throws InterruptedException {
    var running = begin(asking, patience);
    while (true) {
      var end = running.end(patience);
      if (end.isPresent()) {
        return end.get();
      }
      running.await(POLL_MS);
    }
  }

  /** Begins to fetch one; who began looks after it. */
  Running begin(Asking asking, Patience patience) {
    var exchange =
        new Exchange(asking.at().toString(), Optional.empty(), patience.mostBytes(), Watcher.NONE);
    var running = new Running(new Semaphore(0), asking, exchange);
    running.thread.start();
    return running;
  }

  private Outcome run(Asking asking, Exchange exchange, Running running) {
    double start = running.startMs();
    try {
      Response response = asking.send();
      double firstByte = clock.nowMs() - start;
      try (var body = response.body()) {
        Optional<String> wrong = wrong(response, exchange.range());
        if (wrong.isEmpty() && exchange.range().isPresent()) {
          wrong = versions.changed(exchange.uri(), response);
        }
        int code = response.status().code();
        if (code == Status.NOT_FOUND.code() || code == Status.GONE.code()) {
          return new Outcome.Missing(response.status().toString(), firstByte);
        }
        if (wrong.isPresent()) {
          return new Outcome.Failed(wrong.get(), firstByte);
        }
        long announced = body.length().orElse(-1);
        if (announced > exchange.mostBytes()) {
          return new Outcome.Failed(
              "%d bytes, over %d".formatted(announced, exchange.mostBytes()), firstByte);
        }
        running.sign();
        exchange.watcher().answered(clock.nowMs());
        try (InputStream in = body.open()) {
          return read(in, announced, exchange, firstByte, running);
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
      InputStream in, long announced, Exchange exchange, double firstByte, Running running)
      throws IOException, InterruptedException {
    Watcher watcher = exchange.watcher();
    double start = running.startMs();
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
        long room = announced >= 0 ? announced : exchange.mostBytes();
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
      running.sign();
      double delay = limit.delayMs(count, clock.nowMs());
      while (delay > 1) {
        // The link is slow, not silent.
        double part = Math.min(delay, POLL_MS);
        Thread.sleep(Duration.ofNanos((long) (part * 1e6)));
        running.sign();
        delay -= part;
      }
      length += count;
      running.bytes = length;
      double now = clock.nowMs();
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
