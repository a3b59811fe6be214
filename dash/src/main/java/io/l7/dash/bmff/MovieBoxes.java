package io.l7.dash.bmff;

import java.util.List;

/**
 * The boxes that init segments and plain files have in common: file type, headers, media
 * information.
 */
final class MovieBoxes {
  /** Unity matrix of mvhd and tkhd: 16.16, 2.30 fixed point (ISO/IEC 14496-12 §6.2.2). */
  private static final long[] UNITY = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000L};

  static final int MOVIE_TIMESCALE = 1000;

  private MovieBoxes() {}

  static void fileType(BoxWriter out, String box, String major, List<String> compatible) {
    out.begin(box).fourcc(major).u32(0);
    compatible.forEach(out::fourcc);
    out.end();
  }

  static void movieHeader(BoxWriter out, long durationMs, int nextTrack) {
    out.begin("mvhd", 1, 0).u64(0).u64(0).u32(MOVIE_TIMESCALE).u64(durationMs);
    out.u32(0x10000).u16(0x0100).zeros(10);
    matrix(out);
    out.zeros(24).u32(nextTrack).end();
  }

  private static void matrix(BoxWriter out) {
    for (long value : UNITY) {
      out.u32(value);
    }
  }

  static void trackHeader(BoxWriter out, int id, SampleEntry entry, long durationMs) {
    boolean video = entry.isVideo();
    // 7: enabled, in movie, in preview.
    out.begin("tkhd", 1, 7).u64(0).u64(0).u32(id).u32(0).u64(durationMs);
    out.zeros(8).u16(0).u16(0).u16(video ? 0 : 0x0100).u16(0);
    matrix(out);
    long shownWidth =
        (long) entry.width() * entry.pixelAspect().width() * 65536 / entry.pixelAspect().height();
    out.u32(shownWidth).u32((long) entry.height() << 16).end();
  }

  /** mdia down to and including stsd; leaves mdia, minf and stbl open. */
  static void mediaUpToTables(
      BoxWriter out,
      Track.Kind kind,
      int timescale,
      long duration,
      String language,
      List<SampleEntry> entries) {
    out.begin("mdia");
    out.begin("mdhd", 1, 0).u64(0).u64(0).u32(timescale).u64(duration);
    int packed = 0;
    for (int i = 0; i < 3; i++) {
      packed = packed << 5 | (language.charAt(i) - 0x60 & 31);
    }
    out.u16(packed).u16(0).end();
    out.begin("hdlr", 0, 0).u32(0).fourcc(kind.handler()).zeros(12).u8(0).end();
    out.begin("minf");
    if (kind == Track.Kind.VIDEO) {
      out.begin(kind.mediaHeader(), 0, 1).zeros(8).end();
    } else {
      out.begin(kind.mediaHeader(), 0, 0).zeros(4).end();
    }
    // One data reference: the media is in this file.
    out.begin("dinf").begin("dref", 0, 0).u32(1).begin("url ", 0, 1).end().end().end();
    out.begin("stbl").begin("stsd", 0, 0).u32(entries.size());
    entries.forEach(entry -> out.raw(entry.box()));
    out.end();
  }
}
