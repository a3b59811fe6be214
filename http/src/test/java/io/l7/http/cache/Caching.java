package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Asking a cache for the one URL that tests ask for. */
final class Caching {
  static final String URL = "http://example.com/a";

  private Caching() {}

  static String text(Response response) throws IOException {
    try (Body body = response.body()) {
      return body.text(1 << 24);
    }
  }

  static String get(HttpCache cache, String... fields) throws Exception {
    return text(cache.handle(Request.get(URL).withFields(Fields.of(fields))));
  }

  /** The content is stored after its last byte was read: by the fetch's own thread. */
  static void awaitStored(HttpCache cache, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (cache.store().count() != count && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(cache.store().count()).isEqualTo(count);
  }

  /** The cache, once it has stored an answer. */
  static HttpCache filled(HttpCache cache) throws Exception {
    get(cache);
    awaitStored(cache, 1);
    return cache;
  }
}
