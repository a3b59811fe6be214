package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.AbrRule;
import io.l7.dash.abr.Movie;
import io.l7.dash.pack.ManifestForm;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The player on what is live, while what the manifest says changes in mid-play. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveChangesTest extends LiveStage {
  private static final Pattern NUMBER = Pattern.compile(".*/(\\d+)\\.m4s");
  private static final Pattern RUN =
      Pattern.compile("<S (?:t=\"(\\d+)\" )?d=\"(\\d+)\"(?: r=\"(\\d+)\")?/>");

  private static long number(String path) {
    Matcher matcher = NUMBER.matcher(path);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static Request of(String path) {
    return Request.get("http://127.0.0.1" + path);
  }

  /** The list without some segments; those behind them are counted on. */
  private static String holed(String text, long before, int missing) {
    long number = Long.parseLong(text.replaceAll("(?s).*startNumber=\"(\\d+)\".*", "$1"));
    long first = -1;
    long time = 0;
    var list = new StringBuilder();
    var runs = RUN.matcher(text);
    while (runs.find()) {
      time = runs.group(1) == null ? time : Long.parseLong(runs.group(1));
      long duration = Long.parseLong(runs.group(2));
      int repeats = runs.group(3) == null ? 0 : Integer.parseInt(runs.group(3));
      for (int k = 0; k <= repeats; k++, number++, time += duration) {
        if (number <= before || number > before + missing) {
          long counted = number <= before ? number : number - missing;
          first = first < 0 ? counted : first;
          list.append("<S t=\"%d\" d=\"%d\"/>".formatted(time, duration));
        }
      }
    }
    return text.replaceFirst("startNumber=\"\\d+\"", "startNumber=\"" + first + "\"")
        .replaceFirst(
            "(?s)<SegmentTimeline>.*</SegmentTimeline>",
            "<SegmentTimeline>" + list + "</SegmentTimeline>");
  }

  @Test
  void aHoleInTheTimelineIsLeaptOverOnceAndPlayGoesOnBehindIt() throws Exception {
    int missing = 4;
    var before = new AtomicLong(-1);
    var origin = origin();
    Handler holed =
        edited(
            text -> {
              long next = Long.parseLong(text.replaceAll("(?s).*startNumber=\"(\\d+)\".*", "$1"));
              before.compareAndSet(-1, next + 30);
              return holed(text, before.get(), missing);
            });
    var report =
        play(
            request -> {
              long number = number(request.path());
              return number > before.get() && number >= 0
                  ? origin.handle(of("/v180p/" + (number + missing) + ".m4s"))
                  : holed.handle(request);
            },
            40);
    assertThat(live(report).jumps()).isEqualTo(1);
    assertThat(live(report).lost()).isZero();
    assertThat(report.stalls()).isLessThanOrEqualTo(2);
    // What is not there is not played.
    assertThat(report.playedMs()).isBetween(34_000.0, 38_500.0);
    assertThat(numbers(report, "video")).doesNotHaveDuplicates().contains(before.get() + 1);
  }

  @Test
  void aSegmentThatIsLostNowAndThenDoesNotEndIt() throws Exception {
    var origin = origin();
    var report =
        play(
            request ->
                number(request.path()) % 6 == 0
                    ? Response.error(Status.NOT_FOUND)
                    : origin.handle(request),
            60);
    assertThat(live(report).lost()).isGreaterThan(5);
  }

  @Test
  void aRateThatIsAddedInMidPeriodIsChosen() throws Exception {
    var origin = origin();
    var edited =
        edited(
            text -> {
              if (serverNow().isBefore(NOON.plusSeconds(5))) {
                return text;
              }
              int from = text.indexOf("<Representation");
              int to = text.indexOf("</Representation>") + 17;
              String more =
                  text.substring(from, to)
                      .replace("id=\"v180p\"", "id=\"v180q\"")
                      .replaceFirst("bandwidth=\"(\\d+)\"", "bandwidth=\"9$1\"");
              return text.substring(0, to) + more + text.substring(to);
            });
    try (var server =
        TestFilm.serve(
            request ->
                request.path().startsWith("/v180q/")
                    ? origin.handle(of(request.path().replace("q/", "p/")))
                    : edited.handle(request))) {
      var report = player(server).algorithm(new Highest()).lasting(Duration.ofSeconds(20)).play();
      isSmooth(report);
      assertThat(report.switches()).isEqualTo(1);
      assertThat(report.chunks()).last().satisfies(c -> assertThat(c.url()).contains("/v180q/"));
    }
  }

  @ParameterizedTest
  @CsvSource({"60, 0, 60", "70, 120, 1000"})
  void theLastInitSegmentsAreKeptHoweverManyNamesTheyGet(int names, int least, int most)
      throws Exception {
    var fetched = new AtomicInteger();
    var refreshes = new AtomicInteger();
    var edited =
        edited(
            text ->
                text.replaceFirst("minimumUpdatePeriod=\"[^\"]*\"", "minimumUpdatePeriod=\"PT1S\"")
                    .replaceFirst(
                        "bandwidth=\"\\d+\"",
                        "bandwidth=\"" + (1_000 + refreshes.incrementAndGet() % names) + "\""));
    var report =
        play(
            request -> {
              if (request.path().endsWith("/init.mp4")) {
                fetched.incrementAndGet();
              }
              return edited.handle(request);
            },
            180);
    assertThat(refreshes.get()).isGreaterThan(150);
    assertThat(report.stalls()).isZero();
    assertThat(fetched.get()).isBetween(least, most);
  }

  /** Whatever is highest. */
  private static final class Highest implements AbrAlgorithm {
    @Override
    public String name() {
      return "highest";
    }

    @Override
    public AbrRule start(Movie movie, double bufferMs) {
      return _ -> new AbrRule.Choice(movie.qualities() - 1, 0, "the highest");
    }
  }

  @Test
  void aRateThatThereIsNotIsRefusedInWords() throws Exception {
    try (var server = TestFilm.serve(origin())) {
      var player = player(server).algorithm(AbrAlgorithm.named("fixed:3"));
      assertThatThrownBy(player::play)
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("fixed:3");
    }
    Path packed = TestFilm.pack(folder, ManifestForm.TIMELINE, List.of());
    try (var server = TestFilm.serve(TestFilm.files(packed))) {
      var player = player(server).algorithm(AbrAlgorithm.named("fixed:3"));
      assertThatThrownBy(player::play)
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("fixed:3");
    }
  }

  @Test
  void aManifestIsGoodFromWhenItWasAskedFor() throws Exception {
    var origin = origin();
    var report =
        play(
            request -> {
              if (request.path().endsWith(".mpd")) {
                nanos.addAndGet(Duration.ofMillis(400).toNanos());
              }
              return origin.handle(request);
            },
            30);
    // Every half a second, not half a second after each that took four tenths.
    assertThat(live(report).refreshes()).isGreaterThan(50);
  }
}
