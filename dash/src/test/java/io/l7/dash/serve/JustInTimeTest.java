package io.l7.dash.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JustInTimeTest {
  @TempDir Path folder = Path.of("");

  @Test
  void whatIsMadeOnTheFlyIsWhatPackWouldHaveWritten() throws Exception {
    Path file = folder.resolve("film.mp4");
    Files.write(file, Films.plain(100, 25));
    var film =
        Presentation.open(List.of(file), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
    Path packed = folder.resolve("packed");
    new FolderPacker(packed, ManifestForm.TIMELINE, FolderPacker.Playlists.HLS, List.of())
        .write(film);
    try (var source = new JustInTime(film, List.of())) {
      for (String name :
          List.of(
              "manifest.mpd",
              "master.m3u8",
              "v180p.m3u8",
              "v180p/init.mp4",
              "v180p/1.m4s",
              "v180p/4.m4s")) {
        var made = source.find(name).orElseThrow();
        byte[] bytes = made.content().open(0, made.length()).bytes(1 << 20);
        assertThat(bytes).as(name).isEqualTo(Files.readAllBytes(packed.resolve(name)));
      }
      assertThat(source.find("v180p/5.m4s")).isEmpty();
      assertThat(source.find("v180p/0.m4s")).isEmpty();
      assertThat(source.find("v999p/1.m4s")).isEmpty();
    }
  }

  @Test
  void manyWhoAskForOneSegmentWaitForOneMaker() throws Exception {
    var cache = new SegmentCache(100);
    var made = new AtomicInteger();
    var release = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              cache.get(
                                  "1",
                                  () -> {
                                    made.incrementAndGet();
                                    try {
                                      release.await();
                                    } catch (InterruptedException e) {
                                      throw new InterruptedIOException();
                                    }
                                    return new byte[40];
                                  })))
              .toList();
      release.countDown();
      for (var answer : answers) {
        assertThat(answer.get()).hasSize(40);
      }
    }
    assertThat(made).hasValue(1);
    cache.get("2", () -> new byte[40]);
    cache.get("3", () -> new byte[40]);
    cache.get(
        "1",
        () -> {
          made.incrementAndGet();
          return new byte[40];
        });
    assertThat(made).hasValue(2);
  }
}
