package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to the upstream, on a thread of its own, for all who wait for the same: it ends when
 * the content is stored, not when the first client has it.
 */
final class Fetch {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

  /** What came of it, known with the header. */
  sealed interface Outcome {
    /** Being stored, and there to be read while it comes. */
    record Shared(StoredResponse response, Spool spool, OptionalLong length) implements Outcome {}

    /** The stored response is still right. */
    record Validated(CacheStore.Entry entry) implements Outcome {}

    /** The upstream failed; the stored response serves instead. */
    record StandIn(CacheStore.Entry entry, String why) implements Outcome {}

    /** Not to be stored: the answer belongs to the one who asked. */
    record Passed(Response response, String why) implements Outcome {}

    /** The upstream failed, and nothing may stand in. */
    record Failed(StatusException failure) implements Outcome {}
  }

  private final HttpCache cache;
  private final CacheKey key;
  private final Request request;
  private final Optional<CacheStore.Entry> stale;
  private final String reason;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final CompletableFuture<InputStream> leader = new CompletableFuture<>();
  private final long generation;
  private volatile Runnable over = () -> {};
  private volatile boolean discarded;
  private @Nullable Given given;

  /**
   * A fetch that has not begun.
   *
   * @param request as the client made it, or as a background renewal makes it
   * @param stale the stored response to be validated
   * @param reason why it is forwarded, as {@code Cache-Status} names it
   */
  Fetch(
      HttpCache cache,
      CacheKey key,
      Request request,
      Optional<CacheStore.Entry> stale,
      String reason) {
    this.cache = cache;
    this.key = key;
    // What one client began others may wait for: it does not end with that client.
    this.request = request.withExchange(new Lasting(request.exchange()));
    this.stale = stale;
    this.reason = reason;
    this.generation = cache.generation();
  }

  void start(Runnable whenDone) {
    over = whenDone;
    Thread.ofVirtual()
        .name("cache-fetch")
        .start(
            () -> {
              try {
                run();
              } finally {
                over.run();
              }
            });
  }

  /** The same with an answer that is there already, in place of a request to the upstream. */
  Fetch answered(Response response, Instant asked) {
    given = new Given(response, asked);
    return this;
  }

  private record Given(Response response, Instant requestTime) {}

  CacheKey key() {
    return key;
  }

  String reason() {
    return reason;
  }

  /** What arrives must not be stored: the resource was changed or purged meanwhile. */
  void discard() {
    discarded = true;
  }

  /** Waits for the header; none where it takes longer than this. */
  Optional<Outcome> await(Duration limit) throws InterruptedException {
    try {
      return Optional.of(outcome.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The content for the one who began the fetch: there before the first byte moves. */
  InputStream leaderContent() {
    return leader.join();
  }

  private void run() {
    try {
      Given there = given;
      Instant requestTime = there == null ? cache.now() : there.requestTime();
      Response response = there == null ? cache.upstream().handle(conditional()) : there.response();
      if (there == null && confirmsOther(response)) {
        response.body().close();
        requestTime = cache.now();
        response = cache.upstream().handle(request.withFields(unconditional().build()));
      }
      settle(response, requestTime, cache.now());
    } catch (StatusException e) {
      failed(e);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("fetching {} failed", key, e);
      failed(new StatusException(Status.BAD_GATEWAY, "the upstream failed"));
    } finally {
      outcome.complete(
          new Outcome.Failed(new StatusException(Status.BAD_GATEWAY, "the upstream failed")));
    }
  }

  /** Before anybody hears that it is over, it is: who asks then does not meet it any more. */
  private void end(Outcome last) {
    over.run();
    outcome.complete(last);
  }

  private Request conditional() {
    if (stale.isEmpty() || !stale.get().response().hasValidator()) {
      return request;
    }
    StoredResponse stored = stale.get().response();
    // RFC 9111 §4.3.1: our validators in place of the client's.
    Fields.Builder fields = unconditional();
    stored.etag().ifPresent(tag -> fields.set(FieldNames.IF_NONE_MATCH, tag));
    stored.lastModified().ifPresent(date -> fields.set(FieldNames.IF_MODIFIED_SINCE, date));
    return request.withFields(fields.build());
  }

  private Fields.Builder unconditional() {
    return request.fields().toBuilder()
        .remove(FieldNames.IF_NONE_MATCH)
        .remove(FieldNames.IF_MODIFIED_SINCE);
  }

  /** Whether it answers our condition, but by validators that what is stored does not have. */
  private boolean confirmsOther(Response response) {
    return response.status().code() == 304
        && stale.isPresent()
        && stale.get().response().hasValidator()
        && !stale.get().response().isConfirmedBy(response.fields());
  }

  private void settle(Response response, Instant requestTime, Instant responseTime) {
    int code = response.status().code();
    if (confirmsOther(response)) {
      response.body().close();
      throw new StatusException(Status.BAD_GATEWAY, "the upstream confirms what nobody asked for");
    }
    if (code == 304 && stale.isPresent() && stale.get().response().hasValidator()) {
      response.body().close();
      end(
          new Outcome.Validated(
              freshened(stale.get(), response.fields(), requestTime, responseTime)));
      return;
    }
    if ((code == 500 || code == 502 || code == 503 || code == 504)
        && mayStandIn(ReusePolicy.Failure.ERROR)) {
      response.body().close();
      end(new Outcome.StandIn(stale.orElseThrow(), "the upstream answered " + code));
      return;
    }
    StoragePolicy.Verdict verdict =
        StoragePolicy.decide(
            key,
            request.method(),
            request.fields(),
            response.status(),
            response.fields(),
            CacheControl.ofResponse(response.fields()));
    if (verdict instanceof StoragePolicy.Verdict.Pass(String why)) {
      pass(response, why);
      return;
    }
    Optional<CacheStore.Writer> writer =
        response.conversation().isPresent()
            ? Optional.empty()
            : cache.store().begin(key, response.body().length());
    if (writer.isEmpty()) {
      pass(response, "no room in the store");
      return;
    }
    share(response, writer.get(), requestTime, responseTime);
  }

  // RFC 9111 §4.3.4: fields of the 304 in place of the stored ones.
  private CacheStore.Entry freshened(
      CacheStore.Entry entry, Fields update, Instant requestTime, Instant responseTime) {
    StoredResponse old = entry.response();
    StoredResponse renewed =
        old.freshened(request.fields(), update, requestTime, responseTime, cache.limits());
    if (!discarded) {
      cache.store().update(old, renewed);
    }
    return new Renewed(entry, renewed);
  }

  /** The content of an entry under new fields, whatever the store did with them. */
  private record Renewed(CacheStore.Entry entry, StoredResponse response)
      implements CacheStore.Entry {
    @Override
    public io.l7.http.message.Body open(long from, long length) throws IOException {
      return entry.open(from, length);
    }
  }

  private void pass(Response response, String why) {
    if (!outcome.complete(new Outcome.Passed(response, why))) {
      response.body().close();
    }
  }

  private void share(
      Response response, CacheStore.Writer writer, Instant requestTime, Instant responseTime) {
    var spool = new Spool(writer, cache.limits());
    InputStream first = spool.reader();
    StoredResponse stored =
        StoredResponse.of(
            key,
            request.fields(),
            response.status(),
            response.fields(),
            requestTime,
            responseTime,
            0,
            cache.limits());
    leader.complete(first == null ? InputStream.nullInputStream() : first);
    outcome.complete(new Outcome.Shared(stored, spool, response.body().length()));
    boolean whole = false;
    try (var body = response.body()) {
      whole = spool.fill(body);
    } finally {
      conclude(stored, spool, writer, whole);
    }
  }

  private void conclude(
      StoredResponse stored, Spool spool, CacheStore.Writer writer, boolean whole) {
    boolean rightLength =
        stored.range().isEmpty() || stored.range().get().length() == spool.length();
    if (whole && rightLength && isWanted()) {
      StoredResponse committed = stored.withLength(spool.length());
      writer.commit(committed);
      cache.counters().stored.add();
      if (!isWanted()) {
        // A purge came in between: what it found must not be all that it forgets.
        cache.store().removeIf(committed::equals);
      }
    } else {
      writer.abort();
      if (spool.fault() != null) {
        cache.counters().brokenOff.add();
      }
    }
    spool.concluded();
  }

  private boolean isWanted() {
    return !discarded && generation == cache.generation();
  }

  private boolean mayStandIn(ReusePolicy.Failure failure) {
    return stale.isPresent()
        && ReusePolicy.mayStandIn(
            stale.get().response(),
            CacheControl.ofRequest(request.fields()),
            failure,
            cache.now(),
            cache.limits());
  }

  private void failed(StatusException e) {
    if (e.response().status().code() >= 500 && mayStandIn(ReusePolicy.Failure.UNREACHABLE)) {
      end(new Outcome.StandIn(stale.orElseThrow(), "the upstream cannot be reached"));
    } else {
      end(new Outcome.Failed(e));
    }
  }
}
