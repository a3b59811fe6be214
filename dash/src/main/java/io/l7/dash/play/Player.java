package io.l7.dash.play;

import io.l7.common.disk.Disk;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.MpdParser;
import io.l7.dash.mpd.UrlPolicy;
import io.l7.http.HttpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A headless DASH player: fetches as a browser's player would, keeps a playout buffer in time, and
 * tells how it went. One instance plays once, on the caller's thread; {@link #stop} may come from
 * any.
 *
 * <pre>{@code
 * try (var client = HttpClient.create()) {
 *   PlayReport report = Player.of(URI.create("http://127.0.0.1:8081/manifest.mpd")).client(client).play();
 * }
 * }</pre>
 */
public final class Player {
  private final URI manifest;
  private Optional<HttpClient> client = Optional.empty();
  private AbrAlgorithm algorithm = AbrAlgorithm.named("l7");
  private Duration buffer = Duration.ofSeconds(30);
  private PlayClock.Pace pace = PlayClock.Pace.REAL_TIME;
  private RateLimit limit = new RateLimit(List.of());
  private Optional<Path> output = Optional.empty();
  private DashLimits limits = DashLimits.defaults();
  private Optional<Duration> liveDelay = Optional.empty();
  private Optional<Duration> lasting = Optional.empty();
  private Optional<PlayClock> otherClock = Optional.empty();
  private Consumer<PlayReport.Chunk> watcher = chunk -> {};
  private volatile Optional<PlayClock> playing = Optional.empty();
  private volatile boolean stopped;

  private Player(URI manifest) {
    this.manifest = manifest;
  }

  /** A player of the film that this MPD describes. */
  public static Player of(URI manifest) {
    return new Player(manifest);
  }

  /** What fetches; its resolver, links and transcript are used. Left open. */
  public Player client(HttpClient value) {
    client = Optional.of(value);
    return this;
  }

  /** The rule that picks the rate of the picture. */
  public Player algorithm(AbrAlgorithm value) {
    algorithm = value;
    return this;
  }

  /** How much is kept ahead at most. */
  public Player buffer(Duration value) {
    buffer = value;
    return this;
  }

  public Player pace(PlayClock.Pace value) {
    pace = value;
    return this;
  }

  public Player limit(RateLimit value) {
    limit = value;
    return this;
  }

  /** Writes what was played to this file as a plain MP4. */
  public Player output(Path file) {
    output = Optional.of(file);
    return this;
  }

  /** How far behind the live edge to play, over what a live manifest asks for. */
  public Player liveDelay(Duration value) {
    liveDelay = Optional.of(value);
    return this;
  }

  /** Plays only so much; the rest of a film, or what is live for ever, is left. */
  public Player lasting(Duration value) {
    lasting = Optional.of(value);
    return this;
  }

  /** Another clock, which may be hurried where what is live follows it. */
  Player clock(PlayClock value) {
    otherClock = Optional.of(value);
    return this;
  }

  public Player limits(DashLimits value) {
    limits = value;
    return this;
  }

  /** Told of each request when it is over, on the thread that plays: must be quick. */
  public Player watch(Consumer<PlayReport.Chunk> value) {
    watcher = value;
    return this;
  }

  /**
   * Ends a play that is under way, or yet to begin, as soon as may be: it answers with the report
   * of what was played, and what was played is written. Safe for all threads.
   */
  public void stop() {
    stopped = true;
    playing.ifPresent(PlayClock::stop);
  }

  /**
   * Plays to the end.
   *
   * @throws IOException where the manifest cannot be had or read, or no edge has a segment
   */
  public PlayReport play() throws IOException, InterruptedException {
    if (client.isPresent()) {
      return play(client.get());
    }
    try (var own = HttpClient.create()) {
      return play(own);
    }
  }

  private PlayReport play(HttpClient http) throws IOException, InterruptedException {
    if (output.isPresent()
        && Files.exists(output.get(), LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(output.get())
        && !Files.isRegularFile(output.get())) {
      // It would be removed to make room: a folder, or a device such as /dev/null.
      throw new PlayException(output.get() + ": not a regular file");
    }
    var clock = otherClock.orElseGet(() -> new PlayClock(pace));
    playing = Optional.of(clock);
    if (stopped) {
      clock.stop();
    }
    var urls = new UrlPolicy(manifest, limits);
    var fetcher = new Fetcher(http.transport(), urls, clock, limit, limits);
    var asked = fetcher.asking(manifest);
    byte[] document = manifest(fetcher, asked, clock);
    double receivedMs = clock.epochMs();
    Mpd mpd = new MpdParser(limits).parse(document, asked.at());
    boolean live = mpd.type() == Mpd.Type.DYNAMIC;
    if (live && clock.pace() == PlayClock.Pace.FAST && otherClock.isEmpty()) {
      throw new PlayException("what is live cannot be hurried: without --fast");
    }
    Optional<MediaSink> sink = Optional.empty();
    if (output.isPresent()) {
      Files.deleteIfExists(output.get());
      sink = Optional.of(new MediaSink(Disk.real().open(output.get(), Disk.Open.CREATE_NEW)));
    }
    try {
      return live
          ? live(fetcher, clock, asked.at(), mpd, receivedMs, sink)
          : film(fetcher, clock, asked.at(), mpd, sink);
    } finally {
      if (sink.isPresent()) {
        sink.get().close();
      }
    }
  }

  private byte[] manifest(Fetcher fetcher, Asking asked, PlayClock clock)
      throws PlayException, InterruptedException {
    try {
      return switch (fetcher.fetch(asked, Fetcher.Patience.withManifest(limits))) {
        case Fetcher.Outcome.Done done -> done.content();
        case Fetcher.Outcome.Failed failed ->
            throw new PlayException(manifest + ": " + failed.why());
        case Fetcher.Outcome.Missing missing ->
            throw new PlayException(manifest + ": answer " + missing.status());
        case Fetcher.Outcome.GivenUp _ -> throw new PlayException(manifest + ": left");
      };
    } catch (InterruptedException e) {
      if (clock.isStopped()) {
        throw new PlayException(manifest + ": stopped before it began", e);
      }
      throw e;
    }
  }

  private PlayReport film(
      Fetcher fetcher, PlayClock clock, URI found, Mpd mpd, Optional<MediaSink> sink)
      throws IOException, InterruptedException {
    var log = new PlayLog(watcher, Integer.MAX_VALUE);
    var edges = new EdgeFetcher(fetcher, new UrlPolicy(found, limits), clock, log, () -> {});
    double most = lasting.map(Player::ms).orElse(Double.POSITIVE_INFINITY);
    var bounds = new PlayRun.Bounds(buffer.toMillis(), most, limits.segments());
    var courier = new Courier(edges, sink, limits, log);
    return new PlayRun(found, mpd, clock, algorithm, bounds, courier).play();
  }

  private static double ms(Duration duration) {
    return duration.toMillis();
  }

  private static OptionalDouble ms(Optional<Duration> duration) {
    return duration.isPresent() ? OptionalDouble.of(ms(duration.get())) : OptionalDouble.empty();
  }

  private PlayReport live(
      Fetcher fetcher,
      PlayClock clock,
      URI found,
      Mpd mpd,
      double receivedMs,
      Optional<MediaSink> sink)
      throws IOException, InterruptedException {
    var feed = new ManifestFeed(fetcher, clock, limits, found, mpd, receivedMs);
    var log = new PlayLog(watcher, limits.reportedRequests());
    var urls = new UrlPolicy(found, limits);
    var edges = new EdgeFetcher(fetcher, urls, clock, log, feed::tend);
    return new LiveRun(
            found,
            feed,
            clock,
            new ServerClock(new ClockSync(fetcher, urls, clock), clock),
            algorithm,
            new LiveOptions(ms(buffer), ms(liveDelay), ms(lasting)),
            new Courier(edges, sink, limits, log))
        .play();
  }
}
