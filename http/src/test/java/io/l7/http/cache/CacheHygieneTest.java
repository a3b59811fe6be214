package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What time, purges, forwarding and many answers at once do to a cache. */
class CacheHygieneTest {
  private static final CacheLimits LIMITS = CacheLimits.defaults();

  private static Response tenant(Request request) {
    return Origin.ok(
        request.field("X-Tenant").orElse("nobody"),
        "Cache-Control",
        "max-age=60",
        "Vary",
        "X-Tenant");
  }

  @Test
  @Spec("RFC 9110 §7.6.1")
  void aFieldThatEndsHereSelectsNoVariant() throws Exception {
    try (var cache = HttpCache.before(CacheHygieneTest::tenant).build()) {
      Request poison =
          Request.get("http://h/a").with("X-Tenant", "ali").with("Connection", "close, X-Tenant");
      assertThat(cache.handle(poison).body().text(100)).isEqualTo("nobody");
      Request honest = Request.get("http://h/a").with("X-Tenant", "ali");
      assertThat(cache.handle(honest).body().text(100)).isEqualTo("ali");
    }
  }

  @Test
  @Spec("RFC 9111 §4.1")
  void anExplanationSaysWhichRequestsAVariantIsFor() throws Exception {
    try (var cache = HttpCache.before(CacheHygieneTest::tenant).build()) {
      Request plain = Request.get("http://h/a");
      Request ali = plain.with("X-Tenant", "ali");
      assertThat(cache.handle(plain).body().text(100)).isEqualTo("nobody");
      assertThat(cache.handle(ali).body().text(100)).isEqualTo("ali");
      assertThat(cache.explain(ali).lines())
          .contains(
              "    for requests without x-tenant: another request's",
              "    for requests with x-tenant: ali: matches");
    }
  }

  @Test
  void whatAsksForAnotherProtocolReachesTheUpstreamAsItIs() throws Exception {
    var origin = Origin.answering("no");
    try (var cache = HttpCache.before(origin).build()) {
      Request asks =
          Request.get("http://h/a").with("Connection", "Upgrade").with("Upgrade", "websocket");
      cache.handle(asks).body().close();
      assertThat(origin.last().field("Upgrade")).contains("websocket");
    }
  }

  @Test
  void renewedDescriptionsDoNotMakeAFileGrow(@TempDir Path folder) throws Exception {
    var clock = new MutableClock();
    var origin = Origin.answering("content", "Cache-Control", "max-age=1", "ETag", "\"a\"");
    try (var cache =
        HttpCache.before(origin)
            .store(DiskStore.open(folder, 1 << 20, LIMITS, Disk.real()))
            .clock(clock)
            .build()) {
      cache.handle(Request.get("http://h/a")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
      origin.answer(_ -> Response.of(Status.NOT_MODIFIED));
      for (int i = 0; i < 100; i++) {
        clock.advance(Duration.ofSeconds(2));
        assertThat(cache.handle(Request.get("http://h/a")).body().text(100)).isEqualTo("content");
      }
      assertThat(origin.count()).isEqualTo(101);
    }
    try (var files = Files.walk(folder)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      assertThat(found).hasSize(1);
      assertThat(Files.size(found.getFirst())).isLessThan(8192);
    }
    try (var again = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real())) {
      StoredResponse last = again.find(new CacheKey("http://h/a")).getFirst().response();
      assertThat(last.freshness().responseTime()).isEqualTo(clock.instant());
      try (Body body = again.find(new CacheKey("http://h/a")).getFirst().open(0, 7)) {
        assertThat(body.text(100)).isEqualTo("content");
      }
    }
  }

  @Test
  void contentThatIsDamagedIsFetchedAnewThoughTheUpstreamConfirmsIt(@TempDir Path folder)
      throws Exception {
    var clock = new MutableClock();
    var origin =
        new Origin(
            request ->
                request.fields().contains("If-None-Match")
                    ? Response.of(Status.NOT_MODIFIED)
                    : Origin.ok("content", "Cache-Control", "max-age=60", "ETag", "\"a\""));
    var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real());
    try (var cache = HttpCache.before(origin).store(store).clock(clock).build()) {
      cache.handle(Request.get("http://h/a")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
    }
    try (var files = Files.walk(folder)) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      byte[] octets = Files.readAllBytes(file);
      octets[3] ^= 1;
      Files.write(file, octets);
    }
    clock.advance(Duration.ofSeconds(90));
    var again = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real());
    try (var cache = HttpCache.before(origin).store(again).clock(clock).build()) {
      assertThat(cache.store().count()).isEqualTo(1);
      Response answer = cache.handle(Request.get("http://h/a"));
      assertThat(answer.status().code()).isEqualTo(200);
      assertThat(answer.body().text(100)).isEqualTo("content");
      assertThat(origin.count()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "ETag, '\"a\"', '\"b\"'",
        "ETag, W/\"a\", W/\"b\"",
        "Last-Modified, 'Wed, 01 Jan 2025 00:00:00 GMT', 'Thu, 02 Jan 2025 00:00:00 GMT'"
      })
  @Spec("RFC 9111 §4.3.4")
  void aConfirmationOfOtherContentIsNoneOfWhatIsStored(String field, String stored, String told)
      throws Exception {
    var clock = new MutableClock();
    var origin = Origin.answering("old", "Cache-Control", "max-age=60", field, stored);
    try (var cache = HttpCache.before(origin).clock(clock).build()) {
      assertThat(cache.handle(Request.get("http://h/a")).body().text(10)).isEqualTo("old");
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
      clock.advance(Duration.ofSeconds(90));
      origin.answer(
          request ->
              request.fields().contains("If-None-Match")
                      || request.fields().contains("If-Modified-Since")
                  ? Response.of(Status.NOT_MODIFIED).with(field, told)
                  : Origin.ok("new", "Cache-Control", "max-age=60", field, told));
      assertThat(cache.handle(Request.get("http://h/a")).body().text(10)).isEqualTo("new");
      assertThat(origin.count()).isEqualTo(3);
    }
  }

  @Test
  @Spec("RFC 9111 §4.4")
  void aLocationInvalidatesWhatABrowserWouldAskFor() throws Exception {
    var origin =
        new Origin(
            request ->
                request.method().equals(Method.GET)
                    ? Origin.ok("x", "Cache-Control", "max-age=60")
                    : Response.of(Status.CREATED).with("Location", "?page=2"));
    try (var cache = HttpCache.before(origin).build()) {
      cache.handle(Request.get("http://h/a/list?page=2")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
      cache.handle(Request.get("http://h/a/list").withMethod(Method.POST)).body().close();
      assertThat(cache.store().count()).isZero();
    }
  }

  @Test
  @Spec("RFC 9111 §4.3.5")
  void anAnswerToHeadDoesNotRenewAnError() throws Exception {
    var clock = new MutableClock();
    var origin =
        new Origin(_ -> Response.error(Status.NOT_FOUND).with("Cache-Control", "max-age=60"));
    try (var cache = HttpCache.before(origin).clock(clock).build()) {
      cache.handle(Request.get("http://h/a")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
      clock.advance(Duration.ofSeconds(90));
      origin.answer(_ -> Origin.ok("there now", "Cache-Control", "max-age=60"));
      cache.handle(Request.get("http://h/a").withMethod(Method.HEAD)).body().close();
      assertThat(cache.handle(Request.get("http://h/a")).body().text(10)).isEqualTo("there now");
    }
  }

  @Test
  void aClockSetBackMakesNothingFreshForLonger() throws Exception {
    var clock = new MutableClock();
    var origin = Origin.answering("old", "Cache-Control", "max-age=60");
    try (var cache = HttpCache.before(origin).clock(clock).build()) {
      cache.handle(Request.get("http://h/a")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
      clock.advance(Duration.ofMillis(-500)); // as a clock is kept right
      assertThat(cache.handle(Request.get("http://h/a")).body().text(100)).isEqualTo("old");
      assertThat(origin.count()).isEqualTo(1);
      clock.advance(Duration.ofDays(-1));
      origin.answer(_ -> Origin.ok("new", "Cache-Control", "max-age=60"));
      assertThat(cache.handle(Request.get("http://h/a")).body().text(100)).isEqualTo("new");
      assertThat(origin.count()).isEqualTo(2);
    }
  }

  /** Neither shares its fetch with others. */
  @ParameterizedTest
  @CsvSource({"Range, bytes=0-2", "Authorization, Basic eA=="})
  void whatIsOnItsWayDuringAPurgeIsNotStoredWhoeverAskedForIt(String name, String value)
      throws Exception {
    var asked = new CountDownLatch(1);
    var purged = new CountDownLatch(1);
    var origin =
        new Origin(
            _ -> {
              asked.countDown();
              purged.await();
              return Origin.ok("old", "Cache-Control", "public, max-age=60");
            });
    try (var cache = HttpCache.before(origin).build()) {
      var old = new CompletableFuture<String>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  Request request = Request.get("http://h/a").with(name, value);
                  old.complete(cache.handle(request).body().text(100));
                } catch (Exception e) {
                  old.completeExceptionally(e);
                }
              });
      asked.await();
      cache.purge(new CacheKey("http://h/a"));
      purged.countDown();
      assertThat(old.get(5, TimeUnit.SECONDS)).isEqualTo("old");
      origin.answer(_ -> Origin.ok("new", "Cache-Control", "max-age=60"));
      assertThat(cache.handle(Request.get("http://h/a")).body().text(100)).isEqualTo("new");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "Via: 1.1 x"})
  void aNeighbourThatForwardsStrangersIsNotTheMachineItself(String field) throws IOException {
    var origin = Origin.answering("a", "Cache-Control", "max-age=60");
    try (var cache = HttpCache.before(origin).build();
        var server = HttpServer.builder().handler(cache).start();
        var client = new RawClient(server.address())) {
      String head = " /a HTTP/1.1\r\nHost: h\r\n";
      assertThat(client.send("PURGE" + head + field + "\r\n\r\n").answer().status()).isEqualTo(403);
      assertThat(client.send("GET" + head + field + "\r\nL7-Explain: 1\r\n\r\n").answer().body())
          .isEqualTo("a");
      assertThat(client.send("PURGE" + head + "\r\n").answer().body()).contains("\"purged\":1");
    }
  }

  /** As at the end of a server, while an answer comes that nobody waits for any more. */
  @Test
  void aStoreThatIsClosedFailsWhatIsStillOnItsWayAndNothingElse(@TempDir Path folder)
      throws Exception {
    var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real());
    var key = new CacheKey("http://h/a");
    var writer = store.begin(key, OptionalLong.empty()).orElseThrow();
    store.close();
    assertThat(writer.write(new byte[1 << 19], 0, 1 << 19)).isFalse();
    writer.abort();
    writer.close();
    assertThat(store.begin(key, OptionalLong.empty())).isEmpty();
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void onlyTheLastAsteriskOfAPurgeStandsForAnything() throws Exception {
    var origin = Origin.answering("a", "Cache-Control", "max-age=60");
    try (var cache = HttpCache.before(origin).build();
        var server = HttpServer.builder().handler(cache).start();
        var client = new RawClient(server.address())) {
      for (String path : List.of("/a*b/c", "/a*b/d", "/a/x", "/ax")) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").answer();
      }
      while (cache.store().count() < 4) {
        Thread.onSpinWait();
      }
      assertThat(client.send("PURGE /a*b/* HTTP/1.1\r\nHost: h\r\n\r\n").answer().body())
          .contains("\"purged\":2");
      assertThat(cache.store().count()).isEqualTo(2);
    }
  }

  @Test
  void severalCachesAreMeasuredInAll() throws Exception {
    var metrics = new Metrics();
    var caches = new ArrayList<HttpCache>();
    HttpCache.measure(metrics, () -> caches);
    for (int i = 0; i < 3; i++) {
      var origin = Origin.answering("a", "Cache-Control", "max-age=60");
      var cache = HttpCache.before(origin).metrics(metrics).build();
      caches.add(cache);
      cache.handle(Request.get("http://h/a")).body().close();
      while (cache.store().count() == 0) {
        Thread.onSpinWait();
      }
    }
    assertThat(metrics.scrape()).contains("l7_http_cache_responses 3");
    caches.removeFirst().close();
    assertThat(metrics.scrape()).contains("l7_http_cache_responses 2");
  }

  @Test
  void whatManyAnswersCollectAtOnceIsBounded() {
    var store = new MemoryStore(100_000, LIMITS);
    var key = new CacheKey("http://h/a");
    var octets = new byte[40_000];
    var first = store.begin(key, OptionalLong.empty()).orElseThrow();
    var second = store.begin(key, OptionalLong.empty()).orElseThrow();
    var third = store.begin(key, OptionalLong.empty()).orElseThrow();
    assertThat(first.write(octets, 0, 40_000)).isTrue();
    assertThat(second.write(octets, 0, 40_000)).isTrue();
    assertThat(third.write(octets, 0, 40_000)).isFalse();
    assertThat(store.begin(key, OptionalLong.of(40_000))).isEmpty();
    first.abort();
    first.abort();
    assertThat(store.begin(key, OptionalLong.of(40_000))).isPresent();
    assertThat(store.begin(key, OptionalLong.of(70_000))).isEmpty();
  }
}
