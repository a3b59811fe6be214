package io.l7.lab.video;

import io.l7.common.json.Json;
import io.l7.dash.play.PlayClock;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Plays the film on a host of the lab and shows buffer and bitrate as they come. */
public final class Viewer {
  private static final Duration BUFFER = Duration.ofSeconds(8);

  private final World world;
  private final LabHost host;

  /** Watches on {@code host}. */
  public Viewer(World world, LabHost host) {
    this.world = world;
    this.host = host;
  }

  /** Plays the film of the CDN to its end. */
  public PlayReport watch(PlayClock.Pace pace) throws IOException, InterruptedException {
    world.events().forget("player");
    try (var client = world.browser(host)) {
      return Player.of(URI.create(world.url("http", Cdn.NAME, "/manifest.mpd")))
          .client(client)
          .buffer(BUFFER)
          .pace(pace)
          .watch(this::show)
          .play();
    }
  }

  private void show(PlayReport.Chunk chunk) {
    if (!chunk.kind().equals("video")) return;
    world
        .events()
        .publish(
            "player",
            Json.object()
                .put("at", (chunk.startMs() + chunk.elapsedMs()) / 1000)
                .put("buffer", chunk.bufferMs() / 1000)
                .put("bitrate", chunk.nominalKbps() / 1000)
                .put("throughput", chunk.measuredKbps() / 1000)
                .put("edge", String.valueOf(URI.create(chunk.url()).getHost()))
                .put("why", chunk.why()));
  }
}
