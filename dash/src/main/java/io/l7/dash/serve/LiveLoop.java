package io.l7.dash.serve;

import io.l7.common.disk.DiskPool;
import io.l7.dash.bmff.MovedSegment;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveHls;
import io.l7.dash.live.LiveMpd;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.live.LoopedFilm;
import io.l7.dash.live.LoopedFilm.Looped;
import io.l7.dash.mpd.MpdParser;
import io.l7.dash.pack.PackException;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A recording as if it were live, from now on and for ever: over and over on one timeline. What is
 * there is a function of the clock, so that any number of servers give the same answers.
 */
public final class LiveLoop implements MediaSource {
  private static final String CLOCK = "time";
  private static final URI HERE = URI.create("http://recording.invalid/manifest.mpd");
  private static final long CACHE_BYTES = 64L << 20;

  /** What is not there yet must not be remembered as missing (RFC 9110 §15.5.5). */
  private static final String NEVER = "no-store";

  private static final String FOR_GOOD = "public, max-age=86400, immutable";

  private final MediaSource recording;
  private final LoopedFilm film;
  private final InstantSource clock;
  private final DashLimits limits;
  private final String tag;
  private final SegmentCache cache = new SegmentCache(CACHE_BYTES);
  private final DiskPool pool = new DiskPool("dash-live");

  /** Many ask for the same one: of a long window it takes a while to write. */
  private volatile Written written = new Written(-1, "", "");

  private record Written(long published, String clockUrl, String text) {}

  /**
   * @param recording closed with this
   * @throws IOException where it cannot be read, or is none that can be looped
   */
  public LiveLoop(
      MediaSource recording, LiveSetting setting, InstantSource clock, DashLimits limits)
      throws IOException {
    this.recording = recording;
    this.clock = clock;
    this.limits = limits;
    var manifest =
        recording
            .find("manifest.mpd")
            .orElseThrow(() -> new PackException("no manifest.mpd in it"));
    this.tag = manifest.tag().replace("\"", "");
    this.film = new LoopedFilm(new MpdParser(limits).parse(bytes(manifest), HERE), setting);
  }

  private byte[] bytes(Resource resource) throws IOException {
    if (resource.length() > limits.segmentBytes()) {
      throw new PackException("a file of " + resource.length() + " bytes");
    }
    try (var body = resource.content().open(0, resource.length())) {
      return body.bytes(limits.segmentBytes());
    }
  }

  /** A segment's name taken apart. */
  private record Asked(Looped one, long number) {}

  private Optional<Asked> asked(String path) {
    int slash = path.indexOf('/');
    if (slash < 0 || !path.substring(slash + 1).matches("(0|[1-9]\\d{0,15})\\.m4s")) {
      return Optional.empty();
    }
    long number = Long.parseLong(path.substring(slash + 1, path.length() - 4));
    return film.representation(path.substring(0, slash)).map(one -> new Asked(one, number));
  }

  @Override
  public Optional<Resource> find(Request request, String path) throws IOException {
    if (path.equals("manifest.mpd")) {
      // Not every player takes a reference here for relative to the manifest.
      String origin =
          request.authority().isEmpty() ? "" : request.scheme() + "://" + request.authority() + "/";
      return Optional.of(manifest(origin + CLOCK));
    }
    return find(path);
  }

  @Override
  public Optional<Resource> find(String path) throws IOException {
    if (path.equals("manifest.mpd")) {
      return Optional.of(manifest(CLOCK));
    }
    if (path.equals(CLOCK)) {
      String now = clock.instant().toString();
      return Optional.of(text(now, "text/plain; charset=utf-8", now, NEVER));
    }
    if (path.equals("master.m3u8")) {
      return recording.find(path);
    }
    if (path.endsWith(".m3u8")) {
      return film.representation(path.substring(0, path.length() - 5)).map(this::playlist);
    }
    if (path.endsWith("/init.mp4")) {
      var init = film.representation(path.substring(0, path.length() - 9)).flatMap(Looped::init);
      return init.isPresent() ? recording.find(init.get()) : Optional.empty();
    }
    var asked = asked(path);
    return asked.isPresent() && isThere(asked.get())
        ? segment(asked.get(), path)
        : Optional.empty();
  }

  private Resource manifest(String clockUrl) {
    long now = clock.millis();
    long published = film.publishedMs(now);
    Written last = written;
    if (last.published() != published || !last.clockUrl().equals(clockUrl)) {
      last = new Written(published, clockUrl, LiveMpd.write(film, now, clockUrl));
      written = last;
    }
    String version = published + "-" + Integer.toHexString(clockUrl.hashCode());
    return text(last.text(), Resource.typeOf(".mpd"), version, freshness(now));
  }

  private Resource playlist(Looped one) {
    long now = clock.millis();
    return text(
        LiveHls.write(film, one, now),
        Resource.typeOf(".m3u8"),
        Long.toString(film.changedMs(one.loop(), now)),
        freshness(now));
  }

  /** Until the next segment, in whole seconds rounded down: nobody keeps what is out of date. */
  private String freshness(long now) {
    return "max-age=" + Math.max(0, (film.changesMs(now) - now) / 1000);
  }

  private Resource text(String text, String type, String version, String freshness) {
    return Resource.of(
        text.getBytes(StandardCharsets.UTF_8), type, "\"" + tag + "-" + version + "\"", freshness);
  }

  private boolean isThere(Asked asked) {
    long now = clock.millis();
    var loop = asked.one().loop();
    return asked.number() <= loop.last(now) && asked.number() >= loop.first(now, film.windowMs());
  }

  @Override
  public Absence absence(String path) {
    // Asked a moment later than find: what has come since was not there yet when it was looked for.
    return asked(path)
        .map(
            asked ->
                asked.number() < asked.one().loop().first(clock.millis(), film.windowMs())
                    ? Absence.GONE
                    : Absence.NOT_YET)
        .orElse(Absence.UNKNOWN);
  }

  private Optional<Resource> segment(Asked asked, String path) throws IOException {
    var loop = asked.one().loop();
    var found = recording.find(asked.one().source(asked.number()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var source = found.get();
    var move =
        new MovedSegment.Move(
            asked.number(), loop.shift(asked.number()), loop.stretch(asked.number()));
    SegmentCache.Maker maker = () -> MovedSegment.of(pool.call(() -> bytes(source)), move, limits);
    return Optional.of(
        new Resource(
            Resource.typeOf(path),
            source.length(),
            source.tag().replaceFirst("\"$", "-" + asked.number() + "\""),
            FOR_GOOD,
            (position, length) ->
                new Body.Bytes(cache.get(path, maker), (int) position, (int) length)));
  }

  @Override
  public void close() throws IOException {
    pool.close();
    recording.close();
  }
}
