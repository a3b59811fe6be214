package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three edges, two of which die while a film is played, at any moment: at its first request as well
 * as at its last, when a second is buffered as well as when all of it is.
 */
class DyingEdgesTest {
  /** How an edge dies. */
  enum Death {
    /** Its process ends: connections are closed, new ones refused. */
    CLOSES,
    /** Its machine is gone: nothing answers any more, nothing is refused. */
    FALLS_SILENT,
    /** What it serves from is gone. */
    ANSWERS_500,
    /** Its disk fails: what it sends ends in the middle. */
    CUTS_EVERYTHING_SHORT
  }

  private record Due(int request, Death death) {}

  @TempDir Path folder = Path.of("");

  private final CountDownLatch over = new CountDownLatch(1);
  private final List<HttpServer> edges = new ArrayList<>();
  private final Map<Integer, Death> dead = new HashMap<>();
  private final List<Due> due = new ArrayList<>();
  private int requests;
  private Path packed = Path.of("");

  /** {@code -Ddash.rounds=50} runs more of them. */
  static Stream<SplittableRandom> rounds() {
    var random = Seeded.random("dying edges");
    return IntStream.range(0, Integer.getInteger("dash.rounds", 4)).mapToObj(i -> random.split());
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void twoOfThreeEdgesMayDieAtAnyTime(SplittableRandom random) throws Exception {
    // The first 25 requests are the film's, when nothing goes wrong.
    int first = random.nextInt(1, 25);
    int second = random.nextInt(first + 1, 26);
    due.add(new Due(first, Death.values()[random.nextInt(4)]));
    due.add(new Due(second, Death.values()[random.nextInt(4)]));
    String plan = due.toString();
    Path output = folder.resolve("out.mp4");
    try (var origin = TestFilm.serve(request -> TestFilm.files(packed).handle(request))) {
      var urls = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        edges.add(TestFilm.serve(edge()));
        urls.add(TestFilm.url(edges.get(i)));
      }
      packed = TestFilm.packLong(folder, urls);
      var report =
          Player.of(TestFilm.manifest(origin)).pace(PlayClock.Pace.FAST).output(output).play();
      assertThat(report.stalls()).as(() -> plan + "\n" + String.join("\n", told(report))).isZero();
      assertThat(dead).as("edges that died").hasSize(2);
    } finally {
      over.countDown();
      edges.parallelStream().forEach(HttpServer::close);
    }
    TestFilm.isWhole(output);
  }

  private static List<String> told(PlayReport report) {
    return report.chunks().stream()
        .map(
            c ->
                "%.0f +%.0f ms, %.1f s buffered: %d %s %s"
                    .formatted(
                        c.startMs(),
                        c.elapsedMs(),
                        c.bufferMs() / 1000,
                        c.segment(),
                        c.ending(),
                        c.why()))
        .toList();
  }

  private Handler edge() {
    return request -> {
      int port = Integer.parseInt(request.authority().replaceAll(".*:", ""));
      return answer(request, port, deathOf(port));
    };
  }

  /** How this edge is dead; the first live one asked when a death is due dies. */
  private synchronized Optional<Death> deathOf(int port) {
    requests++;
    if (!dead.containsKey(port) && !due.isEmpty() && due.getFirst().request() <= requests) {
      dead.put(port, due.removeFirst().death());
    }
    return Optional.ofNullable(dead.get(port));
  }

  private Response answer(Request request, int port, Optional<Death> death) throws Exception {
    if (death.isEmpty()) {
      return TestFilm.files(packed).handle(request);
    }
    if (death.get() == Death.CLOSES) {
      edges.stream()
          .filter(edge -> edge.address().getPort() == port)
          .forEach(edge -> Thread.ofVirtual().start(edge::close));
    }
    if (death.get() == Death.CUTS_EVERYTHING_SHORT) {
      var whole = TestFilm.files(packed).handle(request);
      byte[] content = whole.body().bytes(1 << 20);
      return whole.withBody(
          Body.of(new ByteArrayInputStream(content, 0, content.length / 2), content.length));
    }
    if (death.get() != Death.ANSWERS_500) {
      over.await();
    }
    return Response.error(Status.INTERNAL_SERVER_ERROR);
  }
}
