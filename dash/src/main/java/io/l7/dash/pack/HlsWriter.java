package io.l7.dash.pack;

import java.util.Locale;

/** Writes HLS playlists (RFC 8216) over the same CMAF segments that the MPD names. */
public final class HlsWriter {
  private HlsWriter() {}

  /** The multivariant playlist; each rendition's is {@code ID.m3u8} beside it. */
  public static String master(Presentation presentation) {
    var out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n\n");
    var audio = presentation.audio();
    for (var r : audio) {
      out.append(
              String.format(
                  Locale.ROOT,
                  "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"%s\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"%d\",URI=\"%s.m3u8\"",
                  r.id(),
                  r.track().sampleEntry().channels(),
                  r.id()))
          .append('\n');
    }
    long audioPeak = audio.isEmpty() ? 0 : audio.getFirst().peakBandwidth();
    long audioMean = audio.isEmpty() ? 0 : audio.getFirst().meanBandwidth();
    for (var r : presentation.video()) {
      var entry = r.track().sampleEntry();
      String codecs =
          audio.isEmpty()
              ? entry.codecs()
              : entry.codecs() + "," + audio.getFirst().track().sampleEntry().codecs();
      double rate =
          (double) r.track().samples().count()
              * r.track().timescale()
              / Math.max(1, r.track().samples().endTime());
      out.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(r.peakBandwidth() + audioPeak);
      out.append(",AVERAGE-BANDWIDTH=").append(r.meanBandwidth() + audioMean);
      out.append(",CODECS=\"").append(codecs).append('"');
      out.append(",RESOLUTION=").append(entry.width()).append('x').append(entry.height());
      out.append(String.format(Locale.ROOT, ",FRAME-RATE=%.3f", rate));
      out.append(audio.isEmpty() ? "" : ",AUDIO=\"audio\"").append('\n');
      out.append(r.id()).append(".m3u8\n");
    }
    if (presentation.video().isEmpty()) {
      for (var r : audio) {
        out.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(r.peakBandwidth());
        out.append(",CODECS=\"").append(r.track().sampleEntry().codecs());
        out.append("\",AUDIO=\"audio\"\n").append(r.id()).append(".m3u8\n");
      }
    }
    return out.toString();
  }

  /** The media playlist of one rendition. */
  public static String media(Rendition r) {
    var index = r.index();
    double scale = r.track().timescale();
    long target = 1;
    for (int k = 0; k < index.count(); k++) {
      target = Math.max(target, Math.round(index.duration(k) / scale));
    }
    var out = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    out.append("#EXT-X-TARGETDURATION:").append(target).append('\n');
    out.append("#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    out.append("#EXT-X-MAP:URI=\"").append(r.id()).append("/init.mp4\"\n");
    for (int k = 0; k < index.count(); k++) {
      out.append(
          String.format(Locale.ROOT, "#EXTINF:%.6f,%n", index.duration(k) / scale)
              .replace("\r", ""));
      out.append(r.id()).append('/').append(k + 1).append(".m4s\n");
    }
    return out.append("#EXT-X-ENDLIST\n").toString();
  }
}
