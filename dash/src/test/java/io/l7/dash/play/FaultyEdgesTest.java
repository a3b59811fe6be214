package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dash.pack.ManifestForm;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Edges that lie, lack things, fall silent or change: the other takes over, no sample is wrong. */
class FaultyEdgesTest {
  @TempDir Path folder = Path.of("");

  /** How an edge that serves well at first breaks. */
  enum Fault {
    ANSWERS_503,
    CLOSES_IN_MID_BODY,
    GOES_SILENT,
    SENDS_ANOTHER_SEGMENT,
    SENDS_NOISE,
    HAS_NO_INIT_SEGMENTS
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anEdgeThatBreaksCausesNoStallAndNoWrongSample(Fault fault) throws Exception {
    var release = new CountDownLatch(1);
    Path[] packed = new Path[1];
    int[] asked = new int[1];
    Handler broken =
        request -> {
          Response good = TestFilm.files(packed[0]).handle(request);
          boolean media = request.path().endsWith(".m4s");
          if (media == (fault == Fault.HAS_NO_INIT_SEGMENTS) || media && ++asked[0] <= 2) {
            return good;
          }
          return broken(fault, good, request, packed[0], release);
        };
    Path output = folder.resolve("out.mp4");
    try (var first = TestFilm.serve(broken);
        var second = TestFilm.serve(request -> TestFilm.files(packed[0]).handle(request))) {
      packed[0] =
          TestFilm.pack(
              folder, ManifestForm.TIMELINE, List.of(TestFilm.url(first), TestFilm.url(second)));
      var report =
          Player.of(TestFilm.manifest(second)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.edges())
          .anyMatch(e -> e.name().equals("edge-1") && e.failures() > 0)
          .anyMatch(e -> e.name().equals("edge-2") && e.requests() > 0 && e.failures() == 0);
    } finally {
      release.countDown();
    }
    TestFilm.isWhole(output);
  }

  private static Response broken(
      Fault fault, Response good, Request request, Path packed, CountDownLatch release)
      throws Exception {
    return switch (fault) {
      case ANSWERS_503 -> Response.error(Status.SERVICE_UNAVAILABLE);
      case CLOSES_IN_MID_BODY -> {
        byte[] content = good.body().bytes(1 << 20);
        yield good.withBody(
            Body.of(new ByteArrayInputStream(content, 0, content.length / 2), content.length));
      }
      case GOES_SILENT -> {
        release.await();
        yield good;
      }
      case SENDS_ANOTHER_SEGMENT ->
          TestFilm.files(packed).handle(Request.get("http://edge.example" + other(request.path())));
      case SENDS_NOISE -> good.withBody(Body.of(new byte[5000]));
      case HAS_NO_INIT_SEGMENTS -> Response.error(Status.NOT_FOUND);
    };
  }

  private static String other(String path) {
    return path.endsWith("/1.m4s")
        ? path.replace("/1.m4s", "/4.m4s")
        : path.replaceAll("/\\d+\\.m4s", "/1.m4s");
  }

  /** What is wrong with the parts of a file. */
  enum PartFault {
    ANOTHER_TAG,
    ANOTHER_RANGE,
    ANOTHER_LENGTH,
    SHORT,
    THE_WHOLE_FILE
  }

  private static Response broken(PartFault fault, Response good) throws Exception {
    return switch (fault) {
      case ANOTHER_TAG -> good.with("ETag", "\"rewritten\"");
      case ANOTHER_RANGE -> good.with("Content-Range", "bytes 1-2/3");
      case ANOTHER_LENGTH ->
          good.with(
              "Content-Range",
              good.field("Content-Range").orElse("").replaceAll("/.*", "/123456789"));
      case SHORT -> {
        byte[] content = good.body().bytes(1 << 20);
        yield good.withBody(Body.of(new ByteArrayInputStream(content), content.length - 1));
      }
      case THE_WHOLE_FILE -> good.withStatus(Status.OK);
    };
  }

  @ParameterizedTest
  @EnumSource(PartFault.class)
  @Spec("RFC 9110 §15.3.7.3")
  void partsOfAFileThatChangesAreNeverJoined(PartFault fault) throws Exception {
    Path[] packed = new Path[1];
    int[] asked = new int[1];
    Handler changing =
        request -> {
          Response good = TestFilm.files(packed[0]).handle(request);
          // Init segment, index and one segment come as they are.
          return request.path().endsWith(".mp4") && ++asked[0] > 3 ? broken(fault, good) : good;
        };
    Path output = folder.resolve("out.mp4");
    try (var first = TestFilm.serve(changing);
        var second = TestFilm.serve(request -> TestFilm.files(packed[0]).handle(request))) {
      var urls = List.of(TestFilm.url(first), TestFilm.url(second));
      packed[0] = TestFilm.pack(folder, ManifestForm.ON_DEMAND, urls);
      var report =
          Player.of(TestFilm.manifest(second)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).isZero();
      assertThat(report.edges())
          .anyMatch(e -> e.name().equals("edge-1") && e.failures() > 0)
          .anyMatch(e -> e.name().equals("edge-2") && e.requests() > 0 && e.failures() == 0);
    }
    TestFilm.isWhole(output);
  }

  @Test
  void aFileThatChangedOnTheOnlyEdgeEndsThePlayWithTheReason() throws Exception {
    Path packed = TestFilm.pack(folder, ManifestForm.ON_DEMAND, List.of());
    int[] asked = new int[1];
    try (var server =
        TestFilm.serve(
            request -> {
              Response good = TestFilm.files(packed).handle(request);
              return request.path().endsWith(".mp4") && ++asked[0] > 3
                  ? good.with("ETag", "\"rewritten\"")
                  : good;
            })) {
      assertThatThrownBy(
              () -> Player.of(TestFilm.manifest(server)).pace(PlayClock.Pace.FAST).play())
          .isInstanceOf(PlayException.class)
          .hasMessageContaining("the file has changed")
          .hasMessageContaining("rewritten");
    }
  }
}
