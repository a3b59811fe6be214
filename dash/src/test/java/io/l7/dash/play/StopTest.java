package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.pack.ManifestForm;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A play that is broken off: what was played is told, and written. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopTest extends LiveStage {
  private final List<Player> players = new ArrayList<>();

  /** Stops the player when something is asked for the n-th time. */
  private Handler stoppingAt(int request, String ending, Handler origin) {
    var asked = new AtomicInteger();
    return r -> {
      if (r.path().endsWith(ending) && asked.incrementAndGet() == request) {
        players.forEach(Player::stop);
      }
      return origin.handle(r);
    };
  }

  private PlayReport stopped(Handler handler, Path output, PlayClock at) throws Exception {
    try (HttpServer server = TestFilm.serve(handler)) {
      var player = Player.of(TestFilm.manifest(server)).clock(at).output(output);
      players.add(player);
      return player.play();
    }
  }

  private static int pictures(Path output) throws Exception {
    try (var file = Disk.real().open(output, Disk.Open.READ)) {
      return Mp4File.read(file, LIMITS).first(Track.Kind.VIDEO).orElseThrow().samples().count();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".m4s", ".mpd"})
  void whatIsLiveIsToldAndWrittenAsFarAsItCame(String asked) throws Exception {
    Path output = folder.resolve("out.mp4");
    var report = stopped(stoppingAt(12, asked, origin()), output, clock);
    assertThat(report.live()).isPresent();
    assertThat(report.playedMs()).isGreaterThan(3_000);
    assertThat(report.chunks()).isNotEmpty();
    assertThat(pictures(output)).isBetween(75, 400);
  }

  @Test
  void aFilmIsToldAndWrittenAsFarAsItCame() throws Exception {
    Path output = folder.resolve("out.mp4");
    Path packed = TestFilm.pack(folder, ManifestForm.TIMELINE, List.of());
    var report =
        stopped(
            stoppingAt(4, ".m4s", TestFilm.files(packed)),
            output,
            new PlayClock(PlayClock.Pace.REAL_TIME));
    assertThat(report.live()).isEmpty();
    assertThat(report.playedMs()).isBetween(2_900.0, 4_000.0);
    assertThat(pictures(output)).isBetween(75, 100);
  }

  @Test
  void whoIsStoppedBeforeItBeginsSaysSo() throws Exception {
    var over = new CountDownLatch(1);
    var origin = origin();
    try {
      assertThatThrownBy(
              () ->
                  stopped(
                      request -> {
                        players.forEach(Player::stop);
                        awaited(over);
                        return origin.handle(request);
                      },
                      folder.resolve("out.mp4"),
                      new PlayClock(PlayClock.Pace.REAL_TIME)))
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("stopped before it began");
    } finally {
      over.countDown();
    }
  }

  private static void awaited(CountDownLatch over) {
    try {
      boolean _ = over.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
