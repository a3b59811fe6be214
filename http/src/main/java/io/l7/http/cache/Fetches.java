package io.l7.http.cache;

import io.l7.http.message.Body;
import io.l7.http.message.Exchange;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is asked of the upstream: one fetch a key for all who want the same at the same time, and
 * renewals that nobody waits for. Safe for all threads.
 */
final class Fetches {
  /** The leader of a fetch is bounded by the upstream's own time limits. */
  private static final Duration LEADER_WAIT = Duration.ofHours(1);

  private final HttpCache cache;
  private final ConcurrentHashMap<CacheKey, Fetch> fetches = new ConcurrentHashMap<>();

  /** Fetches that nobody else waits for. */
  private final Set<Fetch> alone = ConcurrentHashMap.newKeySet();

  Fetches(HttpCache cache) {
    this.cache = cache;
  }

  /** What is on its way for a key is not stored any more. */
  void discard(CacheKey key) {
    Fetch running = fetches.remove(key);
    if (running != null) {
      running.discard();
    }
    for (Fetch fetch : alone) {
      if (fetch.key().equals(key)) {
        fetch.discard();
      }
    }
  }

  /** Whether something that others could wait for is on its way. */
  boolean isBusy() {
    return !fetches.isEmpty();
  }

  /** Forwards, alone or with others who want the same. */
  Response forward(CacheKey key, Request request, Optional<CacheStore.Entry> stale, String reason)
      throws Exception {
    if (!mayShare(request, stale)) {
      return leadAlone(new Fetch(cache, key, request, stale, reason), request);
    }
    var mine = new Fetch(cache, key, request, stale, reason);
    Fetch running = fetches.putIfAbsent(key, mine);
    if (running == null) {
      Runnable over = () -> fetches.remove(key, mine);
      Optional<Response> there = stored(key, request, over);
      return there.isPresent() ? there.get() : lead(mine, request, over);
    }
    return follow(running, request)
        .or(() -> cache.stored(key, request))
        .orElseGet(() -> leadUnshared(key, request, stale, reason));
  }

  /** The fetch before this one may have ended after the store was asked: then it is there. */
  private Optional<Response> stored(CacheKey key, Request request, Runnable over) {
    try {
      Optional<Response> there = cache.stored(key, request);
      if (there.isPresent()) {
        over.run(); // it never begins: nobody must wait for it
      }
      return there;
    } catch (RuntimeException | Error e) {
      over.run();
      throw e;
    }
  }

  // A request whose answer would fit nobody else is not waited for.
  private static boolean mayShare(Request request, Optional<CacheStore.Entry> stale) {
    Fields fields = request.fields();
    boolean conditional =
        fields.contains(FieldNames.IF_NONE_MATCH) || fields.contains(FieldNames.IF_MODIFIED_SINCE);
    return !fields.contains(FieldNames.RANGE)
        && !fields.contains(FieldNames.AUTHORIZATION)
        && (!conditional || stale.isPresent())
        && !CacheControl.ofRequest(fields).has("no-store");
  }

  /** Makes a fetch of this request alone. */
  Response leadAlone(Fetch fetch, Request request) throws IOException, InterruptedException {
    alone.add(fetch);
    return lead(fetch, request, () -> alone.remove(fetch));
  }

  private Response leadUnshared(
      CacheKey key, Request request, Optional<CacheStore.Entry> stale, String reason) {
    try {
      return leadAlone(new Fetch(cache, key, request, stale, reason), request);
    } catch (IOException | InterruptedException e) {
      throw failed(e);
    }
  }

  private static StatusException failed(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new StatusException(Status.BAD_GATEWAY, "the fetch was interrupted");
  }

  private Response lead(Fetch fetch, Request request, Runnable whenDone)
      throws IOException, InterruptedException {
    fetch.start(whenDone);
    Fetch.Outcome outcome =
        fetch
            .await(LEADER_WAIT)
            .orElseThrow(
                () -> new StatusException(Status.GATEWAY_TIMEOUT, "the upstream took too long"));
    Instant now = cache.now();
    return switch (outcome) {
      case Fetch.Outcome.Shared(StoredResponse response, Spool spool, var length) -> {
        cache.counters().miss.add();
        String status =
            CacheStatus.stored(
                cache.name(),
                fetch.reason(),
                response.status().code(),
                response.freshness().timeToLive(now));
        yield arriving(
            response,
            new Body.Stream(fetch.leaderContent(), length, spool::trailers),
            request,
            status,
            now);
      }
      case Fetch.Outcome.Validated(CacheStore.Entry entry) -> validated(fetch, entry, request, now);
      case Fetch.Outcome.Passed(Response response, String why) -> {
        cache.counters().pass.add();
        yield response.plus(
            FieldNames.CACHE_STATUS, CacheStatus.passed(cache.name(), fetch.reason(), why));
      }
      default -> replaced(outcome, request, now);
    };
  }

  private Response validated(Fetch fetch, CacheStore.Entry entry, Request request, Instant now)
      throws IOException, InterruptedException {
    String status =
        CacheStatus.validated(
            cache.name(), fetch.reason(), entry.response().freshness().timeToLive(now));
    try {
      Response answer = StoredAnswer.of(entry, request, status, now);
      cache.counters().validated.add();
      return answer;
    } catch (IOException e) {
      // Right, but no longer there: asked for anew, and without a condition.
      cache.lost(entry, e);
      return leadAlone(
          new Fetch(cache, fetch.key(), request, Optional.empty(), fetch.reason()), request);
    }
  }

  private Response replaced(Fetch.Outcome outcome, Request request, Instant now)
      throws IOException {
    return switch (outcome) {
      case Fetch.Outcome.StandIn(CacheStore.Entry entry, String why) -> {
        cache.counters().stale.add();
        String status =
            CacheStatus.standIn(cache.name(), entry.response().freshness().timeToLive(now), why);
        try {
          yield StoredAnswer.of(entry, request, status, now);
        } catch (IOException e) {
          cache.lost(entry, e);
          throw new StatusException(Status.BAD_GATEWAY, why);
        }
      }
      case Fetch.Outcome.Failed(StatusException failure) -> throw failure;
      default -> throw new IllegalStateException("not a replacement: " + outcome);
    };
  }

  /** Takes part in another request's fetch; none where its answer does not fit this one. */
  private Optional<Response> follow(Fetch fetch, Request request)
      throws IOException, InterruptedException {
    Optional<Fetch.Outcome> outcome = fetch.await(cache.limits().collapseWait());
    Instant now = cache.now();
    return switch (outcome.orElse(null)) {
      case null -> Optional.empty();
      case Fetch.Outcome.Passed _ -> Optional.empty();
      case Fetch.Outcome.Shared(StoredResponse response, Spool spool, var length) -> {
        // RFC 9111 §4: what answers others must be fit for reuse without validation.
        var content =
            spool.fault() == null
                    && response.vary().matches(request.fields())
                    && ReusePolicy.decide(response, CacheControl.NONE, now)
                        == ReusePolicy.Verdict.FRESH
                ? spool.reader()
                : null;
        if (content == null) {
          yield Optional.empty();
        }
        cache.counters().collapsed.add();
        String status =
            CacheStatus.collapsed(
                cache.name(),
                fetch.reason(),
                response.status().code(),
                response.freshness().timeToLive(now));
        yield Optional.of(
            arriving(
                response, new Body.Stream(content, length, spool::trailers), request, status, now));
      }
      case Fetch.Outcome.Validated(CacheStore.Entry entry) -> {
        if (!entry.response().vary().matches(request.fields())
            || ReusePolicy.decide(entry.response(), CacheControl.NONE, now)
                != ReusePolicy.Verdict.FRESH) {
          yield Optional.empty();
        }
        String status =
            CacheStatus.collapsed(
                cache.name(), fetch.reason(), 304, entry.response().freshness().timeToLive(now));
        try {
          Response answer = StoredAnswer.of(entry, request, status, now);
          cache.counters().collapsed.add();
          yield Optional.of(answer);
        } catch (IOException e) {
          cache.lost(entry, e);
          yield Optional.empty();
        }
      }
      case Fetch.Outcome.StandIn(CacheStore.Entry entry, var _)
          when !entry.response().vary().matches(request.fields())
              // What stands in was allowed to the one who began; another may have said no-cache.
              || !CacheControl.ofRequest(request.fields()).isEmpty() ->
          Optional.empty();
      case Fetch.Outcome other -> Optional.of(replaced(other, request, now));
    };
  }

  private static Response arriving(
      StoredResponse response, Body body, Request request, String cacheStatus, Instant now) {
    boolean aged = response.freshness().initialAge().toSeconds() > 0;
    Fields fields = StoredAnswer.fields(response, cacheStatus, now);
    if (!aged && response.freshness().currentAge(now).toSeconds() == 0) {
      fields = fields.without(FieldNames.AGE); // first-hand: RFC 9111 §5.1
    }
    if (StoredAnswer.isNotModified(request.fields(), response, now)) {
      body.close();
      return StoredAnswer.notModified(fields);
    }
    return Response.of(response.status(), fields, body);
  }

  void renew(CacheKey key, Request request, CacheStore.Entry entry) {
    Request own =
        request
            .withMethod(Method.GET)
            .withExchange(Exchange.NONE)
            .without(FieldNames.RANGE)
            .without(FieldNames.IF_RANGE)
            .without(FieldNames.IF_NONE_MATCH)
            .without(FieldNames.IF_MODIFIED_SINCE);
    var fetch = new Fetch(cache, key, own, Optional.of(entry), "stale");
    if (fetches.putIfAbsent(key, fetch) != null) {
      return;
    }
    // The renewal before this one may have ended after the entry was read: then it is done already.
    boolean outdated =
        cache.store().find(key).stream().noneMatch(e -> e.response().equals(entry.response()));
    if (outdated) {
      fetches.remove(key, fetch);
      return;
    }
    fetch.start(() -> fetches.remove(key, fetch));
    Thread.ofVirtual().name("cache-renewal").start(() -> dropPassed(fetch));
  }

  private static void dropPassed(Fetch fetch) {
    try {
      switch (fetch.await(LEADER_WAIT).orElse(null)) {
        case Fetch.Outcome.Passed(Response response, var _) -> response.body().close();
        case Fetch.Outcome.Shared _ -> fetch.leaderContent().close();
        case null, default -> {}
      }
    } catch (InterruptedException | IOException _) {
      // Nobody waits for this answer.
    }
  }
}
