package io.l7.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  private static final String PATH = "/page.txt";

  @TempDir private Path folder;
  private final DiskPool disk = new DiskPool("cache", 1);
  private final AtomicLong now = new AtomicLong();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private final FileCache cache = new FileCache(100_000, disk, this::nanos);
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean byASession;
  private volatile CountDownLatch mayLook = new CountDownLatch(0);
  private Root root;

  @BeforeEach
  void makeSite() throws IOException {
    root = new Root(folder);
    Files.writeString(folder.resolve("page.txt"), "first");
  }

  @AfterEach
  void stop() {
    disk.close();
  }

  private long nanos() {
    meanwhile.getAndSet(() -> {}).run();
    return now.get();
  }

  private Optional<SiteFile> get() throws IOException {
    return cache.get(PATH, this::lookUp);
  }

  private Optional<SiteFile> lookUp(String path) {
    try {
      assertThat(mayLook.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    looks.incrementAndGet();
    byASession = Thread.currentThread().isVirtual();
    return SiteFile.find(
        root, disk, path, StaticFiles.Compression.SIBLINGS_ONLY, InstantSource.system());
  }

  /** What the one thread of the disk had to do is done. */
  private void untilTheDiskIsIdle() throws IOException {
    disk.call(() -> true);
  }

  private void later(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aRewrittenFileIsServedNewWithinASecond() throws Exception {
    var first = get().orElseThrow();
    Files.writeString(folder.resolve("page.txt"), "rewritten");
    later(400);
    assertThat(get()).containsSame(first);
    later(600);
    assertThat(get().orElseThrow().isSameAs(first)).isFalse();
    Files.delete(folder.resolve("page.txt"));
    later(1000);
    assertThat(get()).isEmpty();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void aFileThatIsHalfASecondOldIsServedWhileItIsLookedUpBesides() throws Exception {
    var first = get().orElseThrow();
    Files.writeString(folder.resolve("page.txt"), "rewritten");
    mayLook = new CountDownLatch(1);
    later(600);
    assertThat(get()).containsSame(first);
    assertThat(get()).containsSame(first);
    mayLook.countDown();
    untilTheDiskIsIdle();
    assertThat(get().orElseThrow().isSameAs(first)).isFalse();
    assertThat(looks).hasValue(2);
  }

  @Test
  void aFileThatIsGoneIsFoundOutBesides() throws Exception {
    assertThat(get()).isPresent();
    Files.delete(folder.resolve("page.txt"));
    later(600);
    assertThat(get()).isPresent();
    untilTheDiskIsIdle();
    assertThat(get()).isEmpty();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void allWhoFindAFileTooOldShareOneLookOnAThreadOfTheDisk() throws Exception {
    var first = get().orElseThrow();
    Files.writeString(folder.resolve("page.txt"), "rewritten");
    mayLook = new CountDownLatch(1);
    later(1000);
    var sessions = new ArrayList<FutureTask<Optional<SiteFile>>>();
    for (int i = 0; i < 20; i++) {
      var session = new FutureTask<>(this::get);
      sessions.add(session);
      Thread.ofVirtual().start(session);
    }
    mayLook.countDown();
    for (var session : sessions) {
      assertThat(session.get(10, TimeUnit.SECONDS).orElseThrow().isSameAs(first)).isFalse();
    }
    assertThat(looks).hasValue(2);
    assertThat(byASession).isFalse();
  }

  @Test
  void whoStoppedBeforeItAskedForALookThatIsOverTakesWhatItFound() throws Exception {
    var first = get().orElseThrow();
    Files.writeString(folder.resolve("page.txt"), "rewritten");
    later(1000);
    meanwhile.set(
        () -> {
          try {
            assertThat(get()).isPresent();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertThat(get().orElseThrow().isSameAs(first)).isFalse();
    assertThat(looks).hasValue(2);
  }

  @Test
  void aLookThatFailsIsFollowedByAnother() throws Exception {
    assertThat(get()).isPresent();
    later(1000);
    Function<String, Optional<SiteFile>> failing =
        path -> {
          throw new IllegalStateException(path);
        };
    assertThat(catchThrowable(() -> cache.get(PATH, failing)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(get()).isPresent();
    assertThat(looks).hasValue(2);
  }

  @Test
  void whatIsForgottenDuringALookIsNotCounted() throws Exception {
    assertThat(get()).isPresent();
    mayLook = new CountDownLatch(1);
    later(600);
    assertThat(get()).isPresent();
    cache.forget(PATH);
    mayLook.countDown();
    untilTheDiskIsIdle();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void theCacheKeepsToItsBytes() throws Exception {
    for (int i = 0; i < 50; i++) {
      Files.writeString(folder.resolve("f" + i), "x".repeat(10_000));
      cache.get("/f" + i, this::lookUp);
      assertThat(cache.bytes()).isLessThanOrEqualTo(100_000);
    }
  }
}
