package io.l7.dash.live;

import java.time.Instant;
import java.util.Locale;

/** Writes live HLS media playlists (RFC 8216 §6.2) over the segments that the live MPD names. */
public final class LiveHls {
  private LiveHls() {}

  /**
   * The playlist of a moment.
   *
   * @param now epoch, ms
   */
  public static String write(LoopedFilm film, LoopedFilm.Looped one, long now) {
    var loop = one.loop();
    String id = one.representation().id();
    long first = loop.first(now, film.windowMs());
    long last = loop.last(now);
    long target = 1;
    for (int k = 0; k < loop.perRound(); k++) {
      target = Math.max(target, Math.round((double) loop.duration(k) / loop.timescale()));
    }
    var out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    out.append("#EXT-X-TARGETDURATION:").append(target).append('\n');
    out.append("#EXT-X-MEDIA-SEQUENCE:").append(first).append('\n');
    out.append("#EXT-X-MAP:URI=\"").append(id).append("/init.mp4\"\n");
    out.append("#EXT-X-PROGRAM-DATE-TIME:")
        .append(Instant.ofEpochMilli(loop.startMs(first)))
        .append('\n');
    for (long k = first; k <= last; k++) {
      double seconds = (double) loop.duration(k) / loop.timescale();
      out.append(String.format(Locale.ROOT, "#EXTINF:%.6f,", seconds)).append('\n');
      out.append(id).append('/').append(k).append(".m4s\n");
    }
    return out.toString();
  }
}
