package io.l7.cli.bt;

import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.stream.TorrentSite;
import io.l7.cli.Daemon;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The site of a torrent that is being fetched, if one was asked for. */
final class Streams implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** A player closes one answer and asks for the next, as when somebody seeks. */
  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final Torrent torrent;
  private final List<HttpServer> server;
  private volatile boolean asked;

  Streams(Torrent torrent, Optional<Endpoint> listen, Daemon daemon) throws IOException {
    this.torrent = torrent;
    if (listen.isEmpty()) {
      server = List.of();
      return;
    }
    var site = new TorrentSite(torrent);
    var started =
        HttpServer.builder()
            .listen(listen.get())
            .handler(
                request -> {
                  asked = true;
                  return site.handle(request);
                })
            .start();
    server = List.of(started);
    started.addresses().forEach(address -> daemon.ready("http", address));
  }

  /** Returns when nobody has read for a moment; at once where nobody ever asked. */
  void awaitEnd() throws InterruptedException {
    long quietSince = System.nanoTime();
    while (asked && System.nanoTime() - quietSince < BETWEEN.toNanos()) {
      Thread.sleep(LOOK);
      if (torrent.readers() > 0) {
        quietSince = System.nanoTime();
      }
    }
  }

  @Override
  public void close() {
    server.forEach(each -> each.drain(GRACE));
    server.forEach(HttpServer::close);
  }
}
