package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.webseed.SeedUrl;
import io.l7.bittorrent.webseed.WebSeedClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The web seeds of one torrent (BEP 19): a thread each, of which few ask at a time. */
final class WebSeeds implements AutoCloseable {
  /** Sources have numbers below those of the disk and of peers. */
  private static final int FIRST_KEY = PeerKey.DISK.id() - 1;

  private final TorrentSession torrent;
  private final WebSeedClient client;
  private final List<String> urls;
  private final Semaphore turns;
  private final Map<PeerKey, WebSeed> seeds = new LinkedHashMap<>();
  private final List<TorrentStatus.WebSeedLine> refused = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  WebSeeds(TorrentSession torrent, WebSeedClient client, List<String> urls) {
    this.torrent = torrent;
    this.client = client;
    this.urls = urls.stream().distinct().limit(client.limits().urls()).toList();
    this.turns = new Semaphore(client.limits().active(), true);
  }

  /** Begins, once it is known what the torrent is; nothing happens when it has begun. */
  synchronized void start(InfoDictionary info) {
    if (closed || !threads.isEmpty() || !refused.isEmpty()) {
      return;
    }
    for (var url : urls) {
      try {
        var key = new PeerKey(FIRST_KEY - seeds.size(), url);
        var seed = new WebSeed(torrent, client, SeedUrl.of(url, info), key, turns);
        seeds.put(key, seed);
        threads.add(Thread.ofVirtual().name("web-seed-" + seeds.size()).start(seed));
      } catch (IOException e) {
        refused.add(line(url, "is not asked: " + e.getMessage()));
      }
    }
  }

  /** A source sent what has not the right hash. */
  synchronized void banned(PeerKey key, String why) {
    Optional.ofNullable(seeds.get(key)).ifPresent(seed -> seed.end(why));
  }

  /** Each as a status shows it. */
  synchronized List<TorrentStatus.WebSeedLine> lines(List<PeerView> views) {
    if (threads.isEmpty() && refused.isEmpty()) {
      return urls.stream().map(url -> line(url, "is not asked yet")).toList();
    }
    var lines = new ArrayList<>(refused);
    for (var seed : seeds.values()) {
      var view = views.stream().filter(v -> v.peer().equals(seed.key())).findFirst();
      var why = Diagnosis.ofWebSeed(seed, view);
      lines.add(new TorrentStatus.WebSeedLine(seed.key().label(), view, why));
    }
    return lines;
  }

  private static TorrentStatus.WebSeedLine line(String url, String why) {
    return new TorrentStatus.WebSeedLine(url, Optional.empty(), why);
  }

  @Override
  public synchronized void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
