package io.l7.dash.pack;

import io.l7.common.disk.DiskFile;
import io.l7.dash.bmff.Fragmenter;
import io.l7.dash.bmff.Track;
import java.io.IOException;

/**
 * One Representation: a track of an open file and its cuts.
 *
 * @param id name in manifests and URLs, such as {@code v360p} or {@code a1}
 * @param timeline where the track stands on the presentation's timeline
 */
public record Rendition(
    String id, DiskFile file, Track track, Timeline timeline, SegmentIndex index) {

  /**
   * Where a track stands on the timeline that all tracks of a presentation share. It begins before
   * the film, so that what a decoder needs ahead of the first sound or picture has a time that is
   * not negative.
   *
   * @param shift ticks added to decode times
   * @param origin ticks at which the film starts (presentationTimeOffset)
   */
  public record Timeline(long shift, long origin) {}

  private Fragmenter fragmenter() {
    return new Fragmenter(track, timeline.shift());
  }

  /** The init segment. */
  public byte[] init() {
    return fragmenter().init();
  }

  /**
   * A media segment, made from the file.
   *
   * @param segment from 0
   */
  public byte[] segment(int segment) throws IOException {
    return fragmenter()
        .segment(file, segment + 1, index.firstSample(segment), index.firstSample(segment + 1));
  }

  /** Writes a media segment piece by piece through a buffer that is used again and again. */
  void write(int segment, Fragmenter.Sink out, byte[] buffer) throws IOException {
    int from = index.firstSample(segment);
    int to = index.firstSample(segment + 1);
    byte[] head = fragmenter().head(segment + 1, from, to);
    out.take(head, 0, head.length);
    fragmenter().media(file, from, to, buffer, 0, out);
  }

  /**
   * The rate of the fastest segment, in bit/s: what a link must carry for this never to run dry.
   */
  public long peakBandwidth() {
    long most = 1;
    for (int k = 0; k < index.count(); k++) {
      most = Math.max(most, rate(segmentBytes(k), index.duration(k)));
    }
    return most;
  }

  /** Mean rate, in bit/s. */
  public long meanBandwidth() {
    long bytes = 0;
    for (int k = 0; k < index.count(); k++) {
      bytes += segmentBytes(k);
    }
    return rate(bytes, index.time(index.count()) - index.time(0));
  }

  /** Bytes of a segment, boxes included. */
  public long segmentBytes(int segment) {
    int samples = index.firstSample(segment + 1) - index.firstSample(segment);
    return index.mediaBytes(segment) + fragmenter().headBytes(samples);
  }

  private long rate(long bytes, long ticks) {
    return Math.ceilDiv(bytes * 8 * track.timescale(), Math.max(1, ticks));
  }

  /** Where presentation starts on this track's media timeline, in ticks. */
  public long presentationTimeOffset() {
    return timeline.origin();
  }

  /** A short description for people, such as {@code 640x360 H.264 avc1.64001e}. */
  public String describe() {
    var entry = track.sampleEntry();
    String what =
        entry.isVideo()
            ? entry.width() + "x" + entry.height()
            : entry.sampleRate() + " Hz, " + entry.channels() + " ch";
    return what + " " + entry.plainName() + " " + entry.codecs();
  }
}
