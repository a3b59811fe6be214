package io.l7.http.cache;

import static io.l7.http.cache.Caching.URL;
import static io.l7.http.cache.Caching.awaitStored;
import static io.l7.http.cache.Caching.filled;
import static io.l7.http.cache.Caching.get;
import static io.l7.http.cache.Caching.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCacheTest {
  private final MutableClock clock = new MutableClock();
  private final Metrics metrics = new Metrics();

  private HttpCache cache(Origin origin) {
    return HttpCache.before(origin).clock(clock).metrics(metrics).build();
  }

  @Test
  @Spec("RFC 9111 §4")
  void whatIsFreshIsAnsweredWithoutTheUpstreamAndTellsItsAge() throws Exception {
    var origin = Origin.answering("hello", "Cache-Control", "max-age=60");
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(59));
    Response hit = cache.handle(Request.get(URL));
    assertThat(text(hit)).isEqualTo("hello");
    assertThat(hit.field("Age")).contains("59");
    assertThat(hit.field("Cache-Status")).contains("l7;hit;ttl=1");
    assertThat(origin.count()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    get(cache);
    assertThat(origin.count()).isEqualTo(2);
  }

  @Test
  @Spec("RFC 9111 §4.3")
  void whatIsStaleIsValidatedAndThenFreshAgain() throws Exception {
    var origin =
        Origin.answering("hello", "Cache-Control", "max-age=60", "ETag", "\"1\"", "X", "old");
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(61));
    origin.answer(
        _ ->
            Response.of(
                Status.NOT_MODIFIED,
                Fields.of("Cache-Control", "max-age=60", "ETag", "\"1\"", "X", "new"),
                Body.empty()));
    Response validated = cache.handle(Request.get(URL));
    assertThat(origin.last().field("If-None-Match")).contains("\"1\"");
    assertThat(text(validated)).isEqualTo("hello");
    assertThat(validated.field("X")).contains("new");
    assertThat(validated.field("Cache-Status").orElseThrow())
        .startsWith("l7;fwd=stale;fwd-status=304");
    get(cache);
    assertThat(origin.count()).isEqualTo(2);
  }

  @Test
  void contentThatBreaksOffReachesNobodyAsWholeAndIsNotStored() throws Exception {
    var failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("upstream gone");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("upstream gone");
          }
        };
    var origin =
        new Origin(
            _ ->
                Response.of(
                    Status.OK,
                    Fields.of("Cache-Control", "max-age=60"),
                    Body.of(
                        new SequenceInputStream(
                            new ByteArrayInputStream("half".getBytes(StandardCharsets.UTF_8)),
                            failing))));
    HttpCache cache = cache(origin);
    assertThatThrownBy(() -> get(cache))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broke off");
    assertThat(cache.store().count()).isZero();
    assertThatThrownBy(() -> get(cache)).isInstanceOf(IOException.class);
    assertThat(origin.count()).isEqualTo(2);
  }

  @Test
  @Spec("RFC 5861 §3")
  void staleWhileRevalidateAnswersAtOnceAndRenewsBehind() throws Exception {
    var origin = Origin.answering("old", "Cache-Control", "max-age=60, stale-while-revalidate=30");
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(70));
    var asked = new CountDownLatch(1);
    origin.answer(
        _ -> {
          asked.countDown();
          return Origin.ok("new", "Cache-Control", "max-age=60");
        });
    assertThat(get(cache)).isEqualTo("old");
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    String now = get(cache);
    while (!now.equals("new") && System.nanoTime() < end) {
      now = get(cache);
    }
    assertThat(now).isEqualTo("new");
    assertThat(origin.count()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'max-age=60, stale-if-error=100', 90, 503, 200",
    "'max-age=60, stale-if-error=10', 90, 503, 503",
    "'max-age=60, must-revalidate, stale-if-error=100', 90, 503, 503",
    "'max-age=60', 90, 503, 503",
  })
  @Spec("RFC 5861 §4")
  void staleIfErrorCoversErrorsInItsWindow(String control, int age, int upstream, int expected)
      throws Exception {
    var origin = Origin.answering("kept", "Cache-Control", control);
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(age));
    origin.answer(_ -> Response.error(Status.of(upstream)));
    assertThat(cache.handle(Request.get(URL)).status().code()).isEqualTo(expected);
  }

  @Test
  @Spec("RFC 9111 §4.2.4")
  void anUnreachableUpstreamIsStoodInForUnlessThatIsForbidden() throws Exception {
    var origin = Origin.answering("kept", "Cache-Control", "max-age=60");
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(90));
    origin.answer(
        _ -> {
          throw new StatusException(Status.BAD_GATEWAY, "dead");
        });
    assertThat(get(cache)).isEqualTo("kept");
    assertThatThrownBy(() -> get(cache, "Cache-Control", "no-cache"))
        .isInstanceOf(StatusException.class);
  }

  @Test
  @Spec("RFC 9111 §4.1")
  void variantsAreKeptApartAndHeadersThatMeanTheSameTogether() throws Exception {
    var origin =
        new Origin(
            request ->
                Origin.ok(
                    "for " + request.field("Accept-Language").orElse("none"),
                    "Cache-Control",
                    "max-age=60",
                    "Vary",
                    "Accept-Language"));
    HttpCache cache = cache(origin);
    assertThat(get(cache, "Accept-Language", "fr, de")).isEqualTo("for fr, de");
    awaitStored(cache, 1);
    assertThat(get(cache, "Accept-Language", "en")).isEqualTo("for en");
    awaitStored(cache, 2);
    assertThat(get(cache, "Accept-Language", "DE,  fr")).isEqualTo("for fr, de");
    assertThat(get(cache, "Accept-Language", "en")).isEqualTo("for en");
    assertThat(get(cache)).isEqualTo("for none");
    assertThat(origin.count()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-store, max-age=60",
        "private, max-age=60",
        "max-age=60, no-store",
        "",
        "must-understand, no-store"
      })
  @Spec("RFC 9111 §3")
  void whatMustNotBeStoredIsNot(String control) throws Exception {
    var origin =
        control.isEmpty() ? Origin.answering("x") : Origin.answering("x", "Cache-Control", control);
    HttpCache cache = cache(origin);
    get(cache);
    get(cache);
    assertThat(origin.count()).isEqualTo(2);
  }

  @Test
  @Spec("RFC 9111 §3.5")
  void answersToAuthorizedRequestsAreSharedOnlyWhenAllowed() throws Exception {
    var origin = Origin.answering("secret", "Cache-Control", "max-age=60");
    HttpCache cache = cache(origin);
    get(cache, "Authorization", "Basic eA==");
    get(cache);
    assertThat(origin.count()).isEqualTo(2);
    cache.purge(CacheKey.of(URI.create(URL)));
    origin.answer(_ -> Origin.ok("for all", "Cache-Control", "public, max-age=60"));
    get(cache, "Authorization", "Basic eA==");
    awaitStored(cache, 1);
    assertThat(get(cache)).isEqualTo("for all");
    assertThat(origin.count()).isEqualTo(3);
  }

  @Test
  @Spec("RFC 9111 §5.2.1.7")
  void onlyIfCachedNeverGoesUpstream() throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60");
    HttpCache cache = cache(origin);
    assertThat(
            cache.handle(Request.get(URL).with("Cache-Control", "only-if-cached")).status().code())
        .isEqualTo(504);
    assertThat(origin.count()).isZero();
  }

  @Test
  @Spec("RFC 9110 §14.2")
  void rangesAreCutFromTheWhole() throws Exception {
    var origin = Origin.answering("0123456789", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    HttpCache cache = filled(cache(origin));
    Response part = cache.handle(Request.get(URL).with("Range", "bytes=2-4"));
    assertThat(part.status().code()).isEqualTo(206);
    assertThat(part.field("Content-Range")).contains("bytes 2-4/10");
    assertThat(text(part)).isEqualTo("234");
    assertThat(text(cache.handle(Request.get(URL).with("Range", "bytes=-3")))).isEqualTo("789");
    assertThat(text(cache.handle(Request.get(URL).with("Range", "bytes=8-")))).isEqualTo("89");
    Response past = cache.handle(Request.get(URL).with("Range", "bytes=10-"));
    assertThat(past.status().code()).isEqualTo(416);
    assertThat(past.field("Content-Range")).contains("bytes */10");
    assertThat(
            text(
                cache.handle(
                    Request.get(URL).with("Range", "bytes=2-4").with("If-Range", "\"2\""))))
        .isEqualTo("0123456789");
    assertThat(text(cache.handle(Request.get(URL).with("Range", "lines=2-4"))))
        .isEqualTo("0123456789");
    assertThat(origin.count()).isEqualTo(1);
  }

  @Test
  @Spec("RFC 9111 §3.3")
  void aStoredPartAnswersWhatLiesInsideIt() throws Exception {
    var origin =
        new Origin(
            _ ->
                Response.of(
                    Status.PARTIAL_CONTENT,
                    Fields.of("Cache-Control", "max-age=60", "Content-Range", "bytes 4-7/10"),
                    Body.of("4567")));
    HttpCache cache = cache(origin);
    text(cache.handle(Request.get(URL).with("Range", "bytes=4-7")));
    awaitStored(cache, 1);
    Response inside = cache.handle(Request.get(URL).with("Range", "bytes=5-6"));
    assertThat(text(inside)).isEqualTo("56");
    assertThat(inside.field("Content-Range")).contains("bytes 5-6/10");
    assertThat(origin.count()).isEqualTo(1);
    text(cache.handle(Request.get(URL).with("Range", "bytes=5-8")));
    assertThat(origin.count()).isEqualTo(2);
    text(cache.handle(Request.get(URL)));
    assertThat(origin.count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "If-None-Match,'\"1\"',304",
    "If-None-Match,'W/\"1\"',304",
    "If-None-Match,'\"2\", \"1\"',304",
    "If-None-Match,*,304",
    "If-None-Match,'\"2\"',200",
    "If-Modified-Since,'Thu, 01 Jan 2026 00:00:00 GMT',304",
    "If-Modified-Since,'Wed, 31 Dec 2025 00:00:00 GMT',200",
    "If-Modified-Since,yesterday,200"
  })
  @Spec("RFC 9111 §4.3.2")
  void theClientsOwnConditionsAreAnsweredFromTheStore(String field, String value, int status)
      throws Exception {
    var origin =
        Origin.answering(
            "x",
            "Cache-Control",
            "max-age=60",
            "ETag",
            "\"1\"",
            "Last-Modified",
            "Thu, 01 Jan 2026 00:00:00 GMT");
    HttpCache cache = filled(cache(origin));
    Response answer = cache.handle(Request.get(URL).with(field, value));
    assertThat(answer.status().code()).isEqualTo(status);
    assertThat(answer.field("ETag")).contains("\"1\"");
    assertThat(origin.count()).isEqualTo(1);
  }

  @Test
  @Spec("RFC 9213 §2.1")
  void aTargetedFieldTakesThePlaceOfCacheControl() throws Exception {
    var origin =
        Origin.answering("x", "Cache-Control", "no-store", "CDN-Cache-Control", "max-age=60");
    HttpCache cache = filled(cache(origin));
    get(cache);
    assertThat(origin.count()).isEqualTo(1);
    origin.answer(
        _ -> Origin.ok("y", "Cache-Control", "no-store", "CDN-Cache-Control", "max-age=60, &&"));
    clock.advance(Duration.ofSeconds(61));
    get(cache);
    get(cache);
    assertThat(origin.count()).isEqualTo(3);
  }

  @Test
  @Spec("RFC 9111 §4.3.5")
  void headIsAnsweredFromGetAndRenewsIt() throws Exception {
    var origin = Origin.answering("hello", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    HttpCache cache = filled(cache(origin));
    Request head = Request.get(URL).withMethod(Method.HEAD);
    assertThat(cache.handle(head).body().length()).hasValue(5);
    assertThat(origin.count()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(61));
    origin.answer(
        _ ->
            Response.of(
                Status.OK,
                Fields.of("Cache-Control", "max-age=60", "ETag", "\"1\"", "Content-Length", "5"),
                Body.empty()));
    cache.handle(head);
    assertThat(get(cache)).isEqualTo("hello");
    assertThat(origin.count()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(61));
    origin.answer(
        request ->
            request.method().equals(Method.HEAD)
                ? Response.of(Status.OK, Fields.of("ETag", "\"2\""), Body.empty())
                : Origin.ok("newer", "Cache-Control", "max-age=60"));
    cache.handle(head);
    assertThat(get(cache)).isEqualTo("newer");
  }

  @Test
  void contentOverTheBoundPassesThroughWholeAndIsNotStored() throws Exception {
    String content = "x".repeat(3_000_000);
    var origin =
        new Origin(
            _ ->
                Response.of(
                    Status.OK,
                    Fields.of("Cache-Control", "max-age=60"),
                    Body.of(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)))));
    var d = CacheLimits.defaults();
    var small =
        new CacheLimits(
            100_000,
            100_000,
            d.variants(),
            d.tags(),
            d.heuristicLifetime(),
            d.staleWhenUnreachable(),
            64 << 10,
            d.collapseWait());
    HttpCache cache =
        HttpCache.before(origin)
            .clock(clock)
            .limits(small)
            .store(new MemoryStore(1 << 20, small))
            .build();
    assertThat(get(cache)).isEqualTo(content);
    assertThat(get(cache)).isEqualTo(content);
    assertThat(cache.store().count()).isZero();
    assertThat(origin.count()).isEqualTo(2);
  }

  @Test
  void fieldsOfTheConnectionAreNotStored() throws Exception {
    var origin =
        Origin.answering(
            "x",
            "Cache-Control",
            "max-age=60, no-cache=\"set-cookie\"",
            "Connection",
            "X-Hop",
            "X-Hop",
            "1",
            "Keep-Alive",
            "5",
            "Set-Cookie",
            "a=b",
            "X-Keep",
            "1");
    HttpCache cache = filled(cache(origin));
    Response hit = cache.handle(Request.get(URL));
    assertThat(hit.fields().contains("X-Keep")).isTrue();
    assertThat(hit.fields())
        .noneMatch(
            line ->
                line.name().equals("X-Hop")
                    || line.name().equals("Keep-Alive")
                    || line.name().equals("Set-Cookie"));
  }

  @Test
  void theHitRateIsCounted() throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60");
    HttpCache cache = filled(cache(origin));
    get(cache);
    get(cache);
    assertThat(metrics.scrape())
        .contains("l7_http_cache_requests_total{result=\"hit\"} 2")
        .contains("l7_http_cache_requests_total{result=\"miss\"} 1")
        .contains("l7_http_cache_responses 1");
  }

  @Test
  void anExplanationShowsKeyArithmeticAndVerdict() throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    HttpCache cache = filled(cache(origin));
    clock.advance(Duration.ofSeconds(75));
    Explanation explanation = cache.explain(Request.get(URL));
    assertThat(explanation.statement())
        .isEqualTo(
            "GET " + URL + ": forwarded: stale, the upstream is asked whether it is still right");
    assertThat(explanation.lines())
        .contains(
            "  cache key: " + URL,
            "  stale for 15 s: freshness_lifetime 60 s <= current_age 75 s",
            "    freshness_lifetime = 60 s, from max-age",
            "    current_age = corrected_initial_age + resident_time = 0 s + 75 s");
    assertThat(Explanation.parse(io.l7.common.json.Json.parse(explanation.json().toString())))
        .isEqualTo(explanation);
    assertThat(origin.count()).isEqualTo(1);
  }

  @Test
  void purgeAndExplanationAreForTheMachineItselfAlone() throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60");
    HttpCache cache = filled(cache(origin));
    Request purge = Request.get(URL).withMethod(Method.PURGE);
    assertThat(cache.handle(purge).status().code()).isEqualTo(403);
    assertThat(text(cache.handle(Request.get(URL).with(Explanation.REQUEST_FIELD, "1"))))
        .isEqualTo("x");
    assertThat(cache.store().count()).isEqualTo(1);
  }
}
