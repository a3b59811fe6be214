package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.dash.play.PlayClock;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.cache.HttpCache;
import io.l7.http.message.Handler;
import io.l7.http.proxy.ReverseProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many players behind one edge: the origin sends each chunk once, and may die afterwards. */
class CrowdTest {
  private static final int PLAYERS = 200;
  private static final int SECONDS = 4;

  private final Map<String, Integer> askedOfOrigin = new ConcurrentHashMap<>();

  @Test
  void theOriginSendsEachDistinctChunkOnceToTwoHundredPlayers(@TempDir Path folder)
      throws Exception {
    Path packed = TestFilm.packed(folder, SECONDS, List.of());
    var films = new DashHandler(new PackedFolder(packed), report -> {});
    var reports = new ArrayList<Future<PlayReport>>();
    try (var origin =
            serve(
                request -> {
                  askedOfOrigin.merge(request.path(), 1, Integer::sum);
                  return films.handle(request);
                });
        var toOrigin = HttpClient.create();
        var cache = HttpCache.before(proxy(toOrigin, origin)).name("edge").build();
        var edge = serve(cache);
        var viewers = HttpClient.create()) {
      var url = URI.create("http://" + Endpoint.of(edge.address()) + "/manifest.mpd");
      Callable<PlayReport> watch =
          () -> Player.of(url).client(viewers).pace(PlayClock.Pace.FAST).play();
      try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < PLAYERS; i++) {
          reports.add(tasks.submit(watch));
        }
      }
    }
    for (var report : reports) {
      assertThat(report.get().playedMs()).isEqualTo(SECONDS * 1000.0);
    }
    var chunks = new HashMap<>(askedOfOrigin);
    chunks.remove("/manifest.mpd");
    int fetches = chunks.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println(PLAYERS + " players, " + files(packed) + " chunks, fetched: " + fetches);
    assertThat(chunks.values()).containsOnly(1);
    assertThat(fetches).isEqualTo(files(packed));
  }

  @Test
  void anEdgeWhoseOriginDiedPlaysOnFromWhatItHas(@TempDir Path folder) throws Exception {
    Path packed = TestFilm.packed(folder, SECONDS, List.of());
    var films = new DashHandler(new PackedFolder(packed), report -> {});
    var origin = serve(films);
    try (var toOrigin = HttpClient.create();
        var cache = HttpCache.before(proxy(toOrigin, origin)).name("edge").build();
        var edge = serve(cache);
        var viewer = HttpClient.create()) {
      var url = URI.create("http://" + Endpoint.of(edge.address()) + "/manifest.mpd");
      var player = Player.of(url).client(viewer).pace(PlayClock.Pace.FAST);
      assertThat(player.play().playedMs()).isEqualTo(SECONDS * 1000.0);
      origin.close();
      var report = Player.of(url).client(viewer).pace(PlayClock.Pace.FAST).play();
      assertThat(report.playedMs()).as("with the origin dead").isEqualTo(SECONDS * 1000.0);
      assertThat(report.stalls()).isZero();
      assertThat(report.edges()).allMatch(e -> e.failures() == 0);
    } finally {
      origin.close();
    }
  }

  private static HttpServer serve(Handler handler) throws IOException {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  private static ReverseProxy proxy(HttpClient client, HttpServer origin) {
    return ReverseProxy.over(client.transport())
        .upstream(URI.create("http://" + Endpoint.of(origin.address())))
        .build();
  }

  /** Init segments and media segments that were packed. */
  private static int files(Path packed) throws IOException {
    try (var all = Files.walk(packed)) {
      return (int) all.filter(f -> f.toString().matches(".*\\.(m4s|mp4)")).count();
    }
  }
}
