package io.l7.http.cache;

import static io.l7.http.cache.Caching.URL;
import static io.l7.http.cache.Caching.awaitStored;
import static io.l7.http.cache.Caching.get;
import static io.l7.http.cache.Caching.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Many who want the same at once. */
class CollapsingTest {
  @Test
  void aHerdOfAHundredClientsMakesOneFetch() throws Exception {
    var gate = new CountDownLatch(1);
    var origin =
        new Origin(
            _ -> {
              gate.await();
              return Origin.ok("x".repeat(200_000), "Cache-Control", "max-age=60");
            });
    HttpCache cache = HttpCache.before(origin).build();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 100; i++) {
        answers.add(threads.submit(() -> get(cache)));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (origin.count() == 0 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      gate.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS)).hasSize(200_000);
      }
    }
    assertThat(origin.count()).isEqualTo(1);
  }

  @Test
  void aFetchThatEndsBetweenALookUpAndTheNextFetchIsNotRepeated() throws Exception {
    var origin = Origin.answering("hello", "Cache-Control", "max-age=60");
    var meanwhile = new AtomicReference<Runnable>(() -> {});
    var store = new SlowToFind(() -> meanwhile.getAndSet(() -> {}).run());
    HttpCache cache = HttpCache.before(origin).clock(new MutableClock()).store(store).build();
    meanwhile.set(
        () -> {
          try {
            get(cache);
            awaitStored(cache, 1);
            // Its fetch is known until just after that.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (cache.isFetching() && System.nanoTime() < end) {
              Thread.onSpinWait();
            }
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    Response late = cache.handle(Request.get(URL));
    assertThat(text(late)).isEqualTo("hello");
    assertThat(late.field("Cache-Status")).contains("l7;hit;ttl=60");
    assertThat(origin.count()).isEqualTo(1);
    assertThat(cache.isFetching()).isFalse();
  }

  @Test
  void aHerdForWhatMustNotBeSharedGoesOnAlone() throws Exception {
    var gate = new CountDownLatch(1);
    var origin =
        new Origin(
            _ -> {
              gate.await();
              return Origin.ok("yours", "Cache-Control", "private");
            });
    HttpCache cache = HttpCache.before(origin).build();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 10; i++) {
        answers.add(threads.submit(() -> get(cache)));
      }
      gate.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("yours");
      }
    }
    assertThat(origin.count()).isEqualTo(10);
    assertThat(cache.store().count()).isZero();
  }

  /** A store in memory; something happens between its finding and its saying so. */
  private static final class SlowToFind implements CacheStore {
    private final CacheStore memory = new MemoryStore(1 << 20, CacheLimits.defaults());
    private final Runnable meanwhile;

    private SlowToFind(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public List<Entry> find(CacheKey key) {
      var found = memory.find(key);
      meanwhile.run();
      return found;
    }

    @Override
    public Optional<Writer> begin(CacheKey key, OptionalLong length) {
      return memory.begin(key, length);
    }

    @Override
    public void update(StoredResponse old, StoredResponse renewed) {
      memory.update(old, renewed);
    }

    @Override
    public int removeIf(Predicate<StoredResponse> condition) {
      return memory.removeIf(condition);
    }

    @Override
    public int remove(CacheKey key) {
      return memory.remove(key);
    }

    @Override
    public int count() {
      return memory.count();
    }

    @Override
    public long bytes() {
      return memory.bytes();
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
