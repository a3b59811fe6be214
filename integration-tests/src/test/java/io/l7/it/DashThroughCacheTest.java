package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dash.play.PlayClock;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.cache.HttpCache;
import io.l7.http.proxy.ReverseProxy;
import io.l7.lab.core.World;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Video through the caching proxy: what many watch is fetched once. */
class DashThroughCacheTest {
  private static final int PLAYERS = 4;
  private static final int SECONDS = 4;

  @RegisterExtension final LabExtension lab = LabExtension.with(b -> b.domain("kingcdn.lab"));

  private final Map<String, Integer> askedOfOrigin = new ConcurrentHashMap<>();

  @Test
  void theOriginIsAskedOnceForEachChunkHoweverManyWatch(@TempDir Path folder) throws Exception {
    var world = lab.lab().world();
    origin(world, TestFilm.packed(folder, SECONDS, List.of()));
    edge(world);
    var reports = new ArrayList<Future<PlayReport>>();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= PLAYERS; i++) {
        var viewer = lab.lab().host("viewer" + i + ".kingcdn.lab", Role.CLIENT);
        Callable<PlayReport> watch =
            () -> {
              try (var client = world.browser(viewer)) {
                var url = world.url("http", "edge.kingcdn.lab", "/manifest.mpd");
                return Player.of(URI.create(url)).client(client).pace(PlayClock.Pace.FAST).play();
              }
            };
        reports.add(tasks.submit(watch));
      }
    }
    for (var report : reports) {
      assertThat(report.get().playedMs()).isEqualTo(SECONDS * 1000.0);
      assertThat(report.get().chunks()).hasSizeGreaterThanOrEqualTo(SECONDS);
    }
    var chunks = new ConcurrentHashMap<>(askedOfOrigin);
    chunks.remove("/manifest.mpd");
    assertThat(chunks)
        .hasSizeGreaterThanOrEqualTo(SECONDS)
        .allSatisfy(
            (path, asked) -> {
              assertThat(asked).as(path).isEqualTo(1);
            });
  }

  private void origin(World world, Path packed) throws IOException {
    var films = new DashHandler(new PackedFolder(packed), report -> {});
    world.site(
        "origin.kingcdn.lab",
        Role.ORIGIN,
        request -> {
          askedOfOrigin.merge(request.path(), 1, Integer::sum);
          return films.handle(request);
        });
  }

  private static void edge(World world) throws IOException {
    var host = world.host("edge.kingcdn.lab", Role.EDGE);
    var toOrigin = world.own(world.browser(host));
    var proxy =
        world.own(
            ReverseProxy.over(toOrigin.transport())
                .upstream(URI.create(world.url("http", "origin.kingcdn.lab", "")))
                .build());
    world.site(host.name(), Role.EDGE, world.own(HttpCache.before(proxy).name("edge").build()));
  }
}
