package io.l7.http.cache;

import io.l7.common.metrics.Metrics;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.semantics.HopByHop;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared cache (RFC 9111) in front of a handler: answers from its store what may be reused, asks
 * the handler for the rest, once for all who want the same at the same time. Safe for all threads.
 *
 * <pre>{@code
 * var cache = HttpCache.before(proxy).store(new MemoryStore(256 << 20, CacheLimits.defaults())).build();
 * cache.purge(CacheKey.of(URI.create("http://example.com/a")));
 * }</pre>
 */
public final class HttpCache implements Handler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCache.class);

  private final Handler upstream;
  private final CacheStore store;
  private final CacheLimits limits;
  private final InstantSource clock;
  private final String name;
  private final Supplier<String> route;
  private final CacheCounters counters;
  private final Fetches fetches = new Fetches(this);
  private final Administration administration = new Administration(this);
  private final AtomicLong generation = new AtomicLong();

  private HttpCache(Builder builder) {
    this.upstream = builder.upstream;
    this.limits = builder.limits;
    this.store =
        builder.store.orElseGet(() -> new MemoryStore(Builder.DEFAULT_BYTES, builder.limits));
    this.clock = builder.clock;
    this.name = builder.name;
    this.route = () -> builder.route.orElseGet(upstream::toString);
    this.counters = new CacheCounters(builder.metrics, store);
  }

  /**
   * Measures several caches as one: gauges of what they hold in all. To be called before they are
   * built with the same metrics.
   */
  public static void measure(Metrics metrics, Supplier<? extends Collection<HttpCache>> all) {
    CacheCounters.measure(metrics, () -> all.get().stream().map(HttpCache::store).toList());
  }

  /** Describes a cache in front of this handler. */
  public static Builder before(Handler upstream) {
    return new Builder(upstream);
  }

  /**
   * Answers a request without those fields that its sender says are for this hop alone: what the
   * upstream does not see must not select what others get (RFC 9110 §7.6.1).
   */
  @Override
  public Response handle(Request received) throws Exception {
    Request request =
        received.fields().contains(FieldNames.CONNECTION)
            ? received.withFields(HopByHop.withoutNamed(received.fields()))
            : received;
    Optional<Response> administered = administration.answer(request);
    if (administered.isPresent()) {
      return administered.get();
    }
    CacheKey key = CacheKey.of(request);
    boolean reads = request.method().equals(Method.GET) || request.method().equals(Method.HEAD);
    // Content of a GET is in no key: what it made of the answer is for nobody else.
    if (!reads
        || !(request.body() instanceof Body.Empty)
        || request.fields().contains(FieldNames.UPGRADE)
        || hasWriteCondition(request.fields())) {
      return passThrough(key, request);
    }
    CacheControl control = CacheControl.ofRequest(request.fields());
    Instant now = now();
    Optional<CacheStore.Entry> stored = select(key, request);
    if (stored.isPresent()) {
      ReusePolicy.Verdict verdict = ReusePolicy.decide(stored.get().response(), control, now);
      if (verdict.answers()) {
        Optional<Response> answer = reuse(stored.get(), verdict, request, now);
        if (answer.isPresent()) {
          if (verdict == ReusePolicy.Verdict.STALE_WHILE_REVALIDATE) {
            fetches.renew(key, request, stored.get());
          }
          return answer.get();
        }
        stored = Optional.empty();
      }
    }
    if (control.has("only-if-cached")) {
      return Response.error(
          Status.GATEWAY_TIMEOUT,
          "only-if-cached, and nothing fit to be reused is stored"); // RFC 9111 §5.2.1.7
    }
    if (request.method().equals(Method.HEAD)) {
      return head(key, request);
    }
    return fetches.forward(
        key, request, stored, stored.isEmpty() ? missReason(key) : freshReason(stored.get(), now));
  }

  private static boolean hasWriteCondition(Fields fields) {
    return fields.contains(FieldNames.IF_MATCH) || fields.contains(FieldNames.IF_UNMODIFIED_SINCE);
  }

  private String missReason(CacheKey key) {
    return store.find(key).isEmpty() ? "uri-miss" : "vary-miss";
  }

  private static String freshReason(CacheStore.Entry entry, Instant now) {
    return entry.response().freshness().isFresh(now) && !entry.response().rules().noCache()
        ? "request"
        : "stale";
  }

  /** The stored response that this request selects: a whole one before a part. */
  Optional<CacheStore.Entry> select(CacheKey key, Request request) {
    List<CacheStore.Entry> entries = store.find(key);
    Optional<CacheStore.Entry> part = Optional.empty();
    for (CacheStore.Entry entry : entries) {
      StoredResponse response = entry.response();
      if (!response.vary().matches(request.fields())) {
        continue;
      }
      if (response.range().isEmpty()) {
        return Optional.of(entry);
      }
      if (part.isEmpty() && StoredAnswer.covers(response, request)) {
        part = Optional.of(entry);
      }
    }
    return part;
  }

  /** The answer, if what the store has by now may be reused as it is. */
  Optional<Response> stored(CacheKey key, Request request) {
    Instant now = now();
    CacheControl control = CacheControl.ofRequest(request.fields());
    return select(key, request)
        .filter(
            entry ->
                ReusePolicy.decide(entry.response(), control, now) == ReusePolicy.Verdict.FRESH)
        .flatMap(entry -> reuse(entry, ReusePolicy.Verdict.FRESH, request, now));
  }

  private Optional<Response> reuse(
      CacheStore.Entry entry, ReusePolicy.Verdict verdict, Request request, Instant now) {
    try {
      Response answer = answer(entry, request, now);
      (verdict == ReusePolicy.Verdict.FRESH ? counters.hit : counters.stale).add();
      return Optional.of(answer);
    } catch (IOException e) {
      lost(entry, e);
      return Optional.empty();
    }
  }

  private Response answer(CacheStore.Entry entry, Request request, Instant now) throws IOException {
    StoredResponse stored = entry.response();
    Optional<ReadyAnswer.Place> ready = entry.ready();
    if (ready.isPresent() && ReadyAnswer.suits(request, stored)) {
      return ready.get().get(entry, name, now);
    }
    return StoredAnswer.of(
        entry, request, CacheStatus.hit(name, stored.freshness().timeToLive(now)), now);
  }

  void lost(CacheStore.Entry entry, IOException e) {
    LOG.warn("stored content of {} is lost", entry.response().key(), e);
    StoredResponse lost = entry.response();
    store.removeIf(response -> response.key().equals(lost.key()));
  }

  /**
   * HEAD is forwarded as it is; its answer renews or outdates what GET stored (RFC 9111 §4.3.5).
   */
  private Response head(CacheKey key, Request request) throws Exception {
    Instant requestTime = now();
    Response response = upstream.handle(request);
    counters.pass.add();
    if (response.status().code() == 200) {
      for (CacheStore.Entry entry : store.find(key)) {
        StoredResponse stored = entry.response();
        if (!stored.vary().matches(request.fields()) || stored.range().isPresent()) {
          continue;
        }
        // What HEAD says of a 200 says nothing of an error that is kept.
        if (stored.status().code() == 200 && stored.isDescribedBy(response.fields())) {
          store.update(
              stored,
              stored.freshened(request.fields(), response.fields(), requestTime, now(), limits));
        } else {
          store.removeIf(other -> other.equals(stored));
        }
      }
    }
    return response.plus(FieldNames.CACHE_STATUS, CacheStatus.passed(name, "method", "HEAD"));
  }

  /**
   * Forwards what the cache does not answer, and forgets what an unsafe method may have changed.
   */
  private Response passThrough(CacheKey key, Request request) throws Exception {
    Instant requestTime = now();
    Response response = upstream.handle(request);
    counters.pass.add();
    if (!request.method().isSafe() && !response.status().isError()) {
      // RFC 9111 §4.4: the target, and what the answer names on the same origin.
      invalidate(key);
      for (String field : List.of(FieldNames.LOCATION, FieldNames.CONTENT_LOCATION)) {
        response.field(field).flatMap(key::sameOrigin).ifPresent(this::invalidate);
      }
    }
    if (response.conversation().isPresent()) {
      return response;
    }
    if (request.method().equals(Method.POST)
        && StoragePolicy.decide(
                key,
                request.method(),
                request.fields(),
                response.status(),
                response.fields(),
                CacheControl.ofResponse(response.fields()))
            instanceof StoragePolicy.Verdict.Store) {
      Request asGet = request.withBody(Body.empty());
      var replay = new Fetch(this, key, asGet, Optional.empty(), "method");
      return fetches.leadAlone(replay.answered(response, requestTime), request);
    }
    return response.plus(
        FieldNames.CACHE_STATUS,
        CacheStatus.passed(
            name, request.method().isSafe() ? "bypass" : "method", request.method().name()));
  }

  private void invalidate(CacheKey key) {
    counters.purged.add(forget(key));
  }

  private int forget(CacheKey key) {
    fetches.discard(key);
    return store.remove(key);
  }

  /** Forgets everything stored for a URL, and what is on its way; returns how many responses. */
  public int purge(CacheKey key) {
    int count = forget(key);
    counters.purged.add(count);
    return count;
  }

  /**
   * Forgets every response whose URL begins with this text, such as {@code
   * https://example.com/img/}; returns how many.
   */
  public int purgePrefix(String prefix) {
    return purgeIf(response -> response.key().uri().startsWith(prefix));
  }

  /**
   * Forgets every response that its origin marked with this tag ({@code Cache-Tag}, {@code
   * Surrogate-Key}); returns how many.
   */
  public int purgeTag(String tag) {
    return purgeIf(response -> response.tags().contains(tag));
  }

  private int purgeIf(Predicate<StoredResponse> condition) {
    generation.incrementAndGet(); // what is on its way now is not stored
    int count = store.removeIf(condition);
    counters.purged.add(count);
    return count;
  }

  /**
   * How many responses are stored, and their bytes, are in the metrics; this is the store itself.
   */
  public CacheStore store() {
    return store;
  }

  /** The name in {@code Cache-Status}. */
  public String name() {
    return name;
  }

  boolean isFetching() {
    return fetches.isBusy();
  }

  Handler upstream() {
    return upstream;
  }

  CacheLimits limits() {
    return limits;
  }

  CacheCounters counters() {
    return counters;
  }

  Instant now() {
    return clock.instant();
  }

  long generation() {
    return generation.get();
  }

  @Override
  public void close() {
    store.close();
  }

  /** Why this request would be answered as it would be now: route, key, freshness sum, verdict. */
  public Explanation explain(Request request) {
    return Explainer.ofRequest(this, route.get(), request, now());
  }

  /** How a cache is described. */
  public static final class Builder {
    /** Memory taken where no store is given. */
    static final long DEFAULT_BYTES = 64L << 20;

    private final Handler upstream;
    private Optional<CacheStore> store = Optional.empty();
    private CacheLimits limits = CacheLimits.defaults();
    private InstantSource clock = InstantSource.system();
    private Metrics metrics = new Metrics();
    private String name = "l7";
    private Optional<String> route = Optional.empty();

    private Builder(Handler upstream) {
      this.upstream = upstream;
    }

    /** Where responses are kept; 64 MiB of memory otherwise. The cache closes it. */
    public Builder store(CacheStore where) {
      store = Optional.of(where);
      return this;
    }

    public Builder limits(CacheLimits bounds) {
      limits = bounds;
      return this;
    }

    public Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    public Builder metrics(Metrics registry) {
      metrics = registry;
      return this;
    }

    /** The name in {@code Cache-Status}: a token. */
    public Builder name(String token) {
      name = token;
      return this;
    }

    /** How explanations call the way to the upstream; what the handler calls itself otherwise. */
    public Builder route(String words) {
      route = Optional.of(words);
      return this;
    }

    public HttpCache build() {
      return new HttpCache(this);
    }
  }
}
