package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a decoder must know of a track (ISO/IEC 14496-12 §8.5.2), and its name for manifests.
 *
 * @param box the whole entry as it stands in the file; not to be changed
 * @param codecs RFC 6381 parameter, such as {@code avc1.64001f}
 * @param width in pixels, 0 for audio
 * @param height in pixels, 0 for audio
 * @param channels 0 for video
 * @param sampleRate in Hz, 0 for video
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes for the wire; compared by nobody.
public record SampleEntry(
    byte[] box,
    String format,
    String codecs,
    int width,
    int height,
    Ratio pixelAspect,
    int channels,
    int sampleRate) {

  /** A ratio of two whole numbers, such as a pixel's width to its height. */
  public record Ratio(int width, int height) {
    public static final Ratio SQUARE = new Ratio(1, 1);
  }

  static SampleEntry read(Box entry, Track.Kind kind, DashLimits limits) throws BmffException {
    Box box = entry.fresh();
    box.skip(8);
    int width = 0;
    int height = 0;
    int channels = 0;
    int rate = 0;
    if (kind == Track.Kind.VIDEO) {
      box.skip(16);
      width = box.u16();
      height = box.u16();
      box.skip(50);
    } else {
      int version = box.u16();
      box.skip(6);
      channels = box.u16();
      box.skip(6);
      rate = (int) (box.u32() >>> 16);
      // QuickTime's sound descriptions 1 and 2 carry more before the boxes.
      box.skip(version == 1 ? 16 : version == 2 ? 36 : 0);
    }
    List<Box> inside = childrenUpToStrayBytes(box, limits);
    var aspect = Ratio.SQUARE;
    for (Box child : inside) {
      if (child.type().equals("pasp")) {
        long h = child.u32();
        long v = child.u32();
        if (h > 0 && v > 0 && h < 65536 && v < 65536) {
          aspect = new Ratio((int) h, (int) v);
        }
      }
    }
    return new SampleEntry(
        entry.raw(),
        entry.type(),
        Codecs.name(entry.type(), inside),
        width,
        height,
        aspect,
        channels,
        rate);
  }

  /** Some writers leave stray bytes behind an entry's last box; they are no boxes. */
  private static List<Box> childrenUpToStrayBytes(Box box, DashLimits limits) {
    var children = new ArrayList<Box>();
    try {
      Box rest = box;
      while (rest.remaining() >= 8) {
        children.add(rest.nextChild(limits));
      }
    } catch (BmffException stray) {
      return children;
    }
    return children;
  }

  /** Whether it describes pictures; else sound. */
  public boolean isVideo() {
    return width > 0;
  }

  /** The codec's plain name for people, such as {@code H.264}. */
  public String plainName() {
    return switch (format) {
      case "avc1", "avc3" -> "H.264";
      case "hvc1", "hev1" -> "HEVC";
      case "av01" -> "AV1";
      case "vp09", "vp08" -> "VP9";
      case "mp4a" -> "AAC";
      case "Opus" -> "Opus";
      default -> format.toUpperCase(Locale.ROOT);
    };
  }
}
