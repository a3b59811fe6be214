package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.testkit.Seeded;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract every store keeps, and what only those on disk promise. */
class CacheStoreTest {
  private static final CacheLimits LIMITS = CacheLimits.defaults();
  private static final Path FOLDER = Path.of("/cache");

  private static StoredResponse response(String path, String... fields) {
    return response(path, Instant.parse("2026-01-01T00:00:00Z"), fields);
  }

  private static StoredResponse response(String path, Instant now, String... fields) {
    Fields all = Fields.of("Cache-Control", "max-age=60").plus(Fields.of(fields));
    return StoredResponse.of(
        new CacheKey("http://x" + path), Fields.EMPTY, Status.OK, all, now, now, 0, LIMITS);
  }

  private static void put(CacheStore store, StoredResponse response, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    CacheStore.Writer writer =
        store.begin(response.key(), OptionalLong.of(bytes.length)).orElseThrow();
    assertThat(writer.write(bytes, 0, bytes.length)).isTrue();
    writer.commit(response);
  }

  private static String content(CacheStore store, String path) throws IOException {
    CacheStore.Entry entry = store.find(new CacheKey("http://x" + path)).getFirst();
    try (Body body = entry.open(0, entry.response().length())) {
      return body.text(1 << 20);
    }
  }

  private static CacheStore disk(Disk disk, long capacity) throws IOException {
    return DiskStore.open(FOLDER, capacity, LIMITS, disk);
  }

  static Stream<CacheStore> stores() throws IOException {
    return Stream.of(
        new MemoryStore(100_000, LIMITS),
        disk(new CrashDisk(), 100_000),
        new TieredStore(new MemoryStore(100_000, LIMITS), disk(new CrashDisk(), 100_000), LIMITS));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void whatWasPutIsFoundWholeAndInParts(CacheStore store) throws IOException {
    try (store) {
      put(store, response("/a", "X", "1"), "0123456789");
      assertThat(content(store, "/a")).isEqualTo("0123456789");
      assertThat(content(store, "/a")).isEqualTo("0123456789");
      CacheStore.Entry entry = store.find(new CacheKey("http://x/a")).getFirst();
      try (Body part = entry.open(3, 4)) {
        assertThat(part.text(10)).isEqualTo("3456");
      }
      assertThat(entry.response().fields().first("X")).contains("1");
      assertThat(store.find(new CacheKey("http://x/b"))).isEmpty();
      assertThat(store.count()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aNewerOneTakesThePlaceOfAnOlderOne(CacheStore store) throws IOException {
    try (store) {
      put(store, response("/a"), "old");
      put(store, response("/a"), "new");
      assertThat(content(store, "/a")).isEqualTo("new");
      assertThat(store.count()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void theBoundHoldsAndWhatIsUsedStays(CacheStore store) throws IOException {
    try (store) {
      put(store, response("/hot"), "x".repeat(1000));
      for (int i = 0; i < 500; i++) {
        put(store, response("/" + i), "x".repeat(1000));
        content(store, "/hot");
        assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
      }
      assertThat(content(store, "/hot")).hasSize(1000);
      assertThat(store.find(new CacheKey("http://x/0"))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void whatIsAbortedOrTooLongIsNotKept(CacheStore store) {
    try (store) {
      CacheStore.Writer writer =
          store.begin(new CacheKey("http://x/a"), OptionalLong.empty()).orElseThrow();
      writer.write(new byte[10], 0, 10);
      writer.abort();
      assertThat(store.find(new CacheKey("http://x/a"))).isEmpty();
      assertThat(store.begin(new CacheKey("http://x/a"), OptionalLong.of(1_000_000))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void newFieldsTakeThePlaceOfOldOnesAndRemovalsCount(CacheStore store) throws IOException {
    try (store) {
      put(store, response("/a", "X", "1"), "content");
      put(store, response("/b", "X", "1"), "content");
      StoredResponse old = store.find(new CacheKey("http://x/a")).getFirst().response();
      store.update(old, response("/a", "X", "2").withLength(old.length()));
      assertThat(store.find(new CacheKey("http://x/a")).getFirst().response().fields().first("X"))
          .contains("2");
      assertThat(content(store, "/a")).isEqualTo("content");
      assertThat(store.removeIf(r -> r.fields().first("X").orElse("").equals("2"))).isEqualTo(1);
      assertThat(store.remove(new CacheKey("http://x/b"))).isEqualTo(1);
      assertThat(store.count()).isZero();
      assertThat(store.bytes()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void fieldsThatGrowCountAsWhatTheyHaveBecome(CacheStore store) throws IOException {
    try (store) {
      for (int i = 0; i < 10; i++) {
        put(store, response("/" + i), "content");
      }
      for (int i = 0; i < 10; i++) {
        StoredResponse old = store.find(new CacheKey("http://x/" + i)).getFirst().response();
        long before = store.bytes();
        store.update(old, response("/" + i, "X", "x".repeat(30_000)).withLength(old.length()));
        assertThat(store.bytes()).isGreaterThan(Math.min(before + 30_000, 60_000));
        assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
      }
      assertThat(store.count()).isBetween(1, 3);
      store.removeIf(_ -> true);
      assertThat(store.bytes()).isZero();
    }
  }

  @Test
  void theDiskStoreSurvivesARestart(@TempDir Path folder) throws IOException {
    try (var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real())) {
      put(store, response("/a", "X", "1", "Cache-Tag", "t"), "hello");
      put(store, response("/b"), "world");
      StoredResponse old = store.find(new CacheKey("http://x/a")).getFirst().response();
      store.update(old, response("/a", "X", "2", "Cache-Tag", "t").withLength(old.length()));
    }
    try (var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real())) {
      assertThat(store.count()).isEqualTo(2);
      assertThat(content(store, "/a")).isEqualTo("hello");
      assertThat(content(store, "/b")).isEqualTo("world");
      StoredResponse renewed = store.find(new CacheKey("http://x/a")).getFirst().response();
      assertThat(renewed).isEqualTo(response("/a", "X", "2", "Cache-Tag", "t").withLength(5));
    }
  }

  @Test
  void aDamagedFileIsNeverServed(@TempDir Path folder) throws IOException {
    try (var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real())) {
      put(store, response("/a"), "x".repeat(1000));
    }
    Path file;
    try (Stream<Path> files = Files.walk(folder)) {
      file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {0, 999, 1001, bytes.length - 1, bytes.length - 10}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      try (var store = DiskStore.open(folder, 1 << 20, LIMITS, Disk.real())) {
        for (CacheStore.Entry entry : store.find(new CacheKey("http://x/a"))) {
          org.assertj.core.api.Assertions.assertThatThrownBy(() -> entry.open(0, 1000))
              .isInstanceOf(IOException.class);
        }
        assertThat(store.find(new CacheKey("http://x/a"))).isEmpty();
      }
      Files.createDirectories(file.getParent());
    }
  }

  @Test
  void afterAPowerCutEveryResponseIsWholeOrGone() throws IOException {
    RandomGenerator random = Seeded.random("cache store");
    for (int round = 0; round < 200; round++) {
      var disk = new CrashDisk().cutPowerAt(1 + random.nextInt(60));
      try (CacheStore store = disk(disk, 1 << 20)) {
        for (int i = 0; i < 20; i++) {
          StoredResponse response = response("/" + i);
          var writer = store.begin(response.key(), OptionalLong.empty());
          if (writer.isPresent()) {
            byte[] content = ("content " + i + " ").repeat(50).getBytes(StandardCharsets.UTF_8);
            writer.get().write(content, 0, content.length);
            writer.get().commit(response);
          }
        }
      } catch (IOException _) {
        continue; // cut before the folder was there
      }
      try (CacheStore store = disk(disk.afterPowerCut(random), 1 << 20)) {
        for (int i = 0; i < 20; i++) {
          for (CacheStore.Entry entry : store.find(new CacheKey("http://x/" + i))) {
            try (Body body = entry.open(0, entry.response().length())) {
              assertThat(body.text(1 << 20)).isEqualTo(("content " + i + " ").repeat(50));
            } catch (IOException e) {
              assertThat(e).hasMessageMatching(".*(damaged|short).*");
            }
          }
        }
      }
    }
  }

  @Test
  void afterAKillEverythingStoredIsThere() throws IOException {
    var disk = new CrashDisk();
    CacheStore killed = disk(disk, 1 << 20);
    for (int i = 0; i < 20; i++) {
      put(killed, response("/" + i), "content " + i);
    }
    CacheStore.Writer unfinished =
        killed.begin(new CacheKey("http://x/u"), OptionalLong.empty()).orElseThrow();
    unfinished.write(new byte[300_000], 0, 300_000);
    try (CacheStore store = disk(disk, 1 << 20)) {
      for (int i = 0; i < 20; i++) {
        assertThat(content(store, "/" + i)).isEqualTo("content " + i);
      }
      assertThat(store.count()).isEqualTo(20);
    }
    killed.close();
  }

  /** Kills between the new file and the end of the old one: there are both. */
  @Test
  void ofTwoThatAKillLeftTheYoungerCounts() throws IOException {
    var disk = new CrashDisk();
    for (int i = 0; i < 20; i++) {
      for (int age : List.of(2, 1)) {
        try (CacheStore alone = DiskStore.open(Path.of("/" + age), 1 << 20, LIMITS, disk)) {
          put(alone, response("/" + i, Instant.EPOCH.minusSeconds(age)), "of age " + age);
        }
      }
    }
    for (Path folder : disk.list(Path.of("/1"))) {
      for (Path file : disk.list(folder)) {
        disk.createDirectories(Path.of("/2").resolve(folder.getFileName()));
        disk.move(file, Path.of("/2").resolve(folder.getFileName()).resolve(file.getFileName()));
      }
    }
    try (CacheStore store = DiskStore.open(Path.of("/2"), 1 << 20, LIMITS, disk)) {
      assertThat(store.count()).isEqualTo(20);
      for (int i = 0; i < 20; i++) {
        assertThat(content(store, "/" + i)).isEqualTo("of age 1");
      }
    }
  }

  @Test
  void aFullDiskMeansPassThroughAndNotAFailure() throws Exception {
    var origin = Origin.answering("x".repeat(600_000), "Cache-Control", "max-age=60");
    try (CacheStore store = disk(new CrashDisk().capacity(300_000), 1 << 24);
        HttpCache cache = HttpCache.before(origin).store(store).build()) {
      for (int i = 0; i < 3; i++) {
        try (Body body = cache.handle(io.l7.http.message.Request.get("http://x/a")).body()) {
          assertThat(body.text(1 << 20)).hasSize(600_000);
        }
      }
      assertThat(store.count()).isZero();
      assertThat(origin.count()).isEqualTo(3);
    }
  }

  @Test
  void largeContentIsReadFromTheFileWhileItArrives() throws Exception {
    byte[] content = new byte[5_000_000];
    Seeded.random("cache store").nextBytes(content);
    var origin =
        new Origin(
            _ ->
                io.l7.http.message.Response.of(
                    Status.OK,
                    Fields.of("Cache-Control", "max-age=60"),
                    Body.of(new java.io.ByteArrayInputStream(content), content.length)));
    try (CacheStore store = disk(new CrashDisk(), 1 << 24);
        HttpCache cache = HttpCache.before(origin).store(store).build()) {
      try (Body slow = cache.handle(io.l7.http.message.Request.get("http://x/a")).body()) {
        long end = System.nanoTime() + 5_000_000_000L;
        while (store.count() == 0 && System.nanoTime() < end) {
          Thread.onSpinWait(); // the fetch runs ahead of its only reader
        }
        assertThat(store.count()).isEqualTo(1);
        assertThat(slow.bytes(content.length)).isEqualTo(content);
      }
    }
  }
}
