package io.l7.http.cache;

import static io.l7.http.cache.Caching.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails, or comes in between, while something is being stored. */
@Timeout(10)
class CacheFailureTest {
  @Test
  void aFaultOfOursInTheMiddleOfContentLeavesNobodyWaiting() {
    var faulty =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("as a test");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            return read();
          }
        };
    var origin =
        new Origin(
            _ -> Response.of(Status.OK, Fields.of("Cache-Control", "max-age=60"), Body.of(faulty)));
    try (HttpCache cache = HttpCache.before(origin).build()) {
      assertThatThrownBy(() -> get(cache))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("broke off");
      assertThat(cache.store().count()).isZero();
    }
  }

  @Test
  void aPurgeThatComesWithTheLastOctetForgetsWhatIsBeingStored() throws Exception {
    var cache = new AtomicReference<HttpCache>();
    var closed = new CountDownLatch(1);
    var memory = new MemoryStore(1 << 20, CacheLimits.defaults());
    // Purges in the moment between the last look at purges and the store.
    CacheStore store =
        proxy(
            CacheStore.class,
            (name, arguments) -> {
              Object result = call(memory, CacheStore.class, name, arguments);
              return name.equals("begin")
                  ? ((Optional<?>) result)
                      .map(
                          writer ->
                              proxy(
                                  CacheStore.Writer.class,
                                  (what, with) -> {
                                    if (what.equals("commit")) {
                                      cache.get().purgePrefix("http://example.com/");
                                    }
                                    Object done = call(writer, CacheStore.Writer.class, what, with);
                                    if (what.equals("close")) {
                                      closed.countDown();
                                    }
                                    return done;
                                  }))
                  : result;
            });
    cache.set(
        HttpCache.before(Origin.answering("outdated", "Cache-Control", "max-age=60"))
            .store(store)
            .build());
    assertThat(get(cache.get())).isEqualTo("outdated");
    closed.await();
    assertThat(memory.count()).isZero();
  }

  @FunctionalInterface
  private interface Call {
    Object call(String name, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call.call(method.getName(), arguments)));
  }

  private static Object call(Object target, Class<?> type, String name, Object[] arguments)
      throws Exception {
    for (var method : type.getMethods()) {
      if (method.getName().equals(name)) {
        return method.invoke(target, arguments);
      }
    }
    throw new NoSuchMethodException(name);
  }
}
