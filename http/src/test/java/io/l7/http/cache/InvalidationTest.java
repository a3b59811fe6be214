package io.l7.http.cache;

import static io.l7.http.cache.Caching.URL;
import static io.l7.http.cache.Caching.awaitStored;
import static io.l7.http.cache.Caching.filled;
import static io.l7.http.cache.Caching.get;
import static io.l7.http.cache.Caching.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a change and a purge make a cache forget. */
class InvalidationTest {
  @ParameterizedTest
  @CsvSource({
    "POST,200,1",
    "PUT,204,1",
    "DELETE,200,1",
    "PATCH,302,1",
    "M-SEARCH,200,1",
    "POST,500,0",
    "OPTIONS,200,0"
  })
  @Spec("RFC 9111 §4.4")
  void unsafeMethodsInvalidateWhenTheySucceed(String method, int status, int fetchedAgain)
      throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60");
    HttpCache cache = filled(HttpCache.before(origin).build());
    origin.answer(
        request ->
            request.method().equals(Method.GET)
                ? Origin.ok("x", "Cache-Control", "max-age=60")
                : Response.of(Status.of(status)));
    cache.handle(Request.get(URL).withMethod(Method.of(method)));
    int before = origin.count();
    get(cache);
    assertThat(origin.count() - before).isEqualTo(fetchedAgain);
  }

  @Test
  @Spec("RFC 9111 §4.4")
  void aLocationOnAnotherOriginInvalidatesNothingThere() throws Exception {
    var origin = Origin.answering("x", "Cache-Control", "max-age=60");
    HttpCache cache = filled(HttpCache.before(origin).build());
    origin.answer(
        request ->
            request.method().equals(Method.GET)
                ? Origin.ok("x")
                : Response.of(Status.CREATED, Fields.of("Location", URL), Body.empty()));
    cache.handle(Request.get("http://evil.example/").withMethod(Method.POST));
    int before = origin.count();
    get(cache);
    assertThat(origin.count()).isEqualTo(before);
    cache.handle(Request.get("http://example.com/list").withMethod(Method.POST));
    get(cache);
    assertThat(origin.count()).isEqualTo(before + 2);
  }

  @Test
  void purgeForgetsByUrlByPrefixAndByTag() throws Exception {
    var origin =
        new Origin(
            request ->
                Origin.ok(
                    "x",
                    "Cache-Control",
                    "max-age=60",
                    "Cache-Tag",
                    "all, " + request.path().substring(1, 4)));
    HttpCache cache = HttpCache.before(origin).build();
    for (String path : new String[] {"/img/1", "/img/2", "/css/1", "/doc/1"}) {
      text(cache.handle(Request.get("http://example.com" + path)));
    }
    awaitStored(cache, 4);
    assertThat(cache.purge(CacheKey.of(URI.create("http://EXAMPLE.com:80/doc/1")))).isEqualTo(1);
    assertThat(cache.purgePrefix("http://example.com/img/")).isEqualTo(2);
    assertThat(cache.purgeTag("img")).isZero();
    assertThat(cache.purgeTag("all")).isEqualTo(1);
    assertThat(cache.store().count()).isZero();
  }

  @Test
  void whatWasOnItsWayDuringAPurgeIsNotStored() throws Exception {
    var gate = new CountDownLatch(1);
    var origin =
        new Origin(
            _ -> {
              gate.await();
              return Origin.ok("outdated", "Cache-Control", "max-age=60");
            });
    HttpCache cache = HttpCache.before(origin).build();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer = threads.submit(() -> get(cache));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (origin.count() == 0 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      cache.purge(CacheKey.of(URI.create(URL)));
      gate.countDown();
      assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("outdated");
    }
    origin.answer(_ -> Origin.ok("current", "Cache-Control", "max-age=60"));
    assertThat(get(cache)).isEqualTo("current");
  }
}
