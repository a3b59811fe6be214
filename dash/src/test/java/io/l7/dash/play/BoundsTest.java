package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.UrlPolicy;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What grows, or lasts, has a bound. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundsTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final Fetcher.Patience SMALL =
      new Fetcher.Patience(Duration.ofSeconds(60), Duration.ofSeconds(5), 100);

  private final AtomicLong nanos = new AtomicLong();
  private final PlayClock clock =
      new PlayClock(PlayClock.Pace.FAST, nanos::get, Instant.parse("2026-03-01T12:00:00Z"));

  private Fetcher.Outcome fetch(Handler handler) throws Exception {
    try (var server = TestFilm.serve(handler);
        var client = HttpClient.create()) {
      URI uri = TestFilm.manifest(server);
      var fetcher =
          new Fetcher(
              client.transport(),
              new UrlPolicy(uri, LIMITS),
              clock,
              new RateLimit(List.of()),
              LIMITS);
      return fetcher.fetch(fetcher.asking(uri), SMALL);
    }
  }

  @Test
  void aClockThatSendsAFilmIsNotReadToItsEnd() throws Exception {
    var announced = fetch(_ -> Response.ok("text/plain", Body.of(new byte[1 << 20])));
    assertThat(announced).isInstanceOf(Fetcher.Outcome.Failed.class);
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return '1';
          }
        };
    var unannounced = fetch(_ -> Response.ok("text/plain", Body.of(endless)));
    assertThat(unannounced).isInstanceOf(Fetcher.Outcome.Failed.class);
  }

  @Test
  void aByteASecondIsNotWaitedForForEver() throws Exception {
    var over = new CountDownLatch(1);
    var dripping =
        new InputStream() {
          private int sent;

          @Override
          public int read() {
            if (sent++ < 10) {
              nanos.addAndGet(Duration.ofSeconds(1).toNanos());
              return '1';
            }
            try {
              over.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return -1;
          }

          @Override
          public int read(byte[] into, int from, int length) {
            int one = read();
            if (one < 0) {
              return -1;
            }
            into[from] = (byte) one;
            return 1;
          }
        };
    try {
      var outcome = fetch(_ -> Response.ok("text/plain", Body.of(dripping)));
      assertThat(outcome).isInstanceOf(Fetcher.Outcome.Failed.class);
      assertThat(((Fetcher.Outcome.Failed) outcome).why()).contains("not whole");
    } finally {
      over.countDown();
    }
  }

  @Test
  void ofWhatIsLiveForDaysTheLastRequestsAreKept() {
    var log = new PlayLog(_ -> {}, 1_000);
    for (int k = 1; k <= 2_500; k++) {
      log.add(
          new PlayReport.Chunk(
              "video", k, "v", 1, "u", 1, k, 1, 1, 1, 1, PlayReport.Ending.PLAYED, "why"));
    }
    var report = log.report("u", "l7", new PlayoutBuffer(1, 1), List.of(), Optional.empty());
    assertThat(report.chunks()).hasSize(1_000);
    assertThat(report.chunks().getLast().segment()).isEqualTo(2_500);
    assertThat(report.chunksLeftOut()).isEqualTo(1_500);
    assertThat(report.toJson().at("chunks_left_out").number()).isEqualTo(1_500);
  }
}
