package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.disk.Disk;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.LiveLoop;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where a player meets what is live, in time that passes only while it waits: 4.8 s of film with a
 * segment a second, over and over, a window of 20 s, three seconds behind the edge.
 */
abstract class LiveStage {
  static final DashLimits LIMITS = DashLimits.defaults();
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00.300Z");

  @TempDir Path folder = Path.of("");
  final AtomicLong nanos = new AtomicLong();
  final PlayClock clock = new PlayClock(PlayClock.Pace.FAST, nanos::get, NOON);
  final List<String> refused = Collections.synchronizedList(new ArrayList<>());
  Duration skew = Duration.ZERO;
  LiveLoop live;

  final Instant serverNow() {
    return Instant.ofEpochMilli((long) clock.epochMs()).plus(skew);
  }

  @BeforeEach
  void film() throws Exception {
    live = live(LiveForm.TIMELINE);
  }

  @AfterEach
  void close() throws Exception {
    live.close();
  }

  final LiveLoop live(LiveForm form) throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, Films.plain(TestFilm.PICTURES, 25));
    var presentation = Presentation.open(List.of(film), Duration.ofSeconds(1), Disk.real(), LIMITS);
    return new LiveLoop(
        new JustInTime(presentation, List.of()),
        new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, form),
        this::serverNow,
        LIMITS);
  }

  final Handler origin() {
    var handler = new DashHandler(live, _ -> {});
    return request -> {
      var response = handler.handle(request);
      if (response.status().code() >= 400) {
        refused.add(request.path());
      }
      return response;
    };
  }

  /** Changes the text of a manifest. */
  interface Edit {
    String of(String text);
  }

  final Handler edited(Edit edit) {
    var origin = origin();
    return request -> {
      var response = origin.handle(request);
      if (!request.path().endsWith(".mpd")) {
        return response;
      }
      String text = new String(response.body().bytes(1 << 20), StandardCharsets.UTF_8);
      return Response.ok(
          "application/dash+xml", Body.of(edit.of(text).getBytes(StandardCharsets.UTF_8)));
    };
  }

  /** Changes it from so many seconds after the start on. */
  final Handler editedAfter(int seconds, Edit edit) {
    var then = NOON.plusSeconds(seconds);
    return edited(text -> serverNow().isBefore(then) ? text : edit.of(text));
  }

  /** An origin that takes so long for one of its segments. */
  final Handler stalledAt(int segment, Duration how, Handler origin) {
    var asked = new AtomicInteger();
    return request -> {
      if (request.path().endsWith(".m4s") && asked.incrementAndGet() == segment) {
        nanos.addAndGet(how.toNanos());
      }
      return origin.handle(request);
    };
  }

  /** The same with a second set, of sound, whose segments are those of the picture. */
  final Handler withSound(Handler origin) {
    return request -> {
      if (request.path().startsWith("/a1/")) {
        String picture = "http://127.0.0.1" + request.path().replace("/a1/", "/v180p/");
        return origin.handle(Request.get(picture));
      }
      var response = origin.handle(request);
      if (!request.path().endsWith(".mpd")) {
        return response;
      }
      String text = new String(response.body().bytes(1 << 20), StandardCharsets.UTF_8);
      String set =
          text.substring(text.indexOf("<AdaptationSet"), text.indexOf("</Period>"))
              .replace("video", "audio")
              .replace("id=\"v180p\"", "id=\"a1\"");
      return Response.ok(
          "application/dash+xml",
          Body.of(text.replace("</Period>", set + "</Period>").getBytes(StandardCharsets.UTF_8)));
    };
  }

  /** The numbers of the segments of one kind that came, in order. */
  static List<Long> numbers(PlayReport report, String kind) {
    return report.chunks().stream()
        .filter(c -> c.kind().equals(kind) && c.segment() > 0)
        .filter(c -> c.ending() == PlayReport.Ending.PLAYED)
        .map(c -> Long.parseLong(c.url().replaceAll(".*/(\\d+)\\.m4s", "$1")))
        .toList();
  }

  final Player player(HttpServer server) {
    return Player.of(TestFilm.manifest(server)).clock(clock);
  }

  final PlayReport play(Handler handler, int seconds) throws Exception {
    try (var server = TestFilm.serve(handler)) {
      return player(server).lasting(Duration.ofSeconds(seconds)).play();
    }
  }

  static PlayReport.Live live(PlayReport report) {
    return report.live().orElseThrow();
  }

  /** No stall, nothing lost, at most a segment from where it was to be. */
  static void isSmooth(PlayReport report) {
    assertThat(report.stalls()).isZero();
    assertThat(live(report).lost()).isZero();
    assertThat(live(report).jumps()).isZero();
    assertThat(live(report).meanLatencyMs()).isCloseTo(3_000, within(1_000.0));
    assertThat(live(report).mostLatencyMs()).isCloseTo(3_000, within(1_000.0));
    assertThat(report.edges()).allMatch(edge -> edge.failures() == 0);
  }
}
