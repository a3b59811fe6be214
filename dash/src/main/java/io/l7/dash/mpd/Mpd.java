package io.l7.dash.mpd;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A manifest, inheritance and base URLs resolved.
 *
 * @param root the elements it was read from, for lint
 */
public record Mpd(
    Type type,
    OptionalDouble durationSeconds,
    double minBufferSeconds,
    List<Period> periods,
    Element root) {
  public Mpd {
    periods = List.copyOf(periods);
  }

  /** Whether it may still grow. */
  public enum Type {
    STATIC,
    DYNAMIC
  }

  /** A stretch of the presentation. */
  public record Period(
      String id, double startSeconds, OptionalDouble durationSeconds, List<AdaptationSet> sets) {
    public Period {
      sets = List.copyOf(sets);
    }
  }

  /**
   * Representations of one content, the lowest rate first.
   *
   * @param essential schemes of what must be understood for it to mean what it seems to
   */
  public record AdaptationSet(
      String contentType,
      String language,
      List<String> essential,
      List<Representation> representations) {
    public AdaptationSet {
      essential = List.copyOf(essential);
      representations = List.copyOf(representations);
    }

    /** Whether it is to be ignored by who understands no such scheme. */
    public boolean needsMore() {
      return !essential.isEmpty();
    }

    /** Whether these are pictures ({@code video}) or sound ({@code audio}). */
    public boolean is(String kind) {
      return contentType.equals(kind);
    }
  }

  /**
   * One encoding.
   *
   * @param bandwidth in bit/s
   * @param baseUrls where its segments may be fetched, in order of preference; at least one
   * @param segmentBytes sizes of the media segments where the manifest tells them, else empty
   */
  public record Representation(
      String id,
      long bandwidth,
      String mimeType,
      String codecs,
      int width,
      int height,
      List<BaseUrl> baseUrls,
      Addressing addressing,
      List<Long> segmentBytes,
      Element element) {
    public Representation {
      baseUrls = List.copyOf(baseUrls);
      segmentBytes = List.copyOf(segmentBytes);
    }
  }

  /** A place to fetch from. */
  public record BaseUrl(URI uri, String serviceLocation) {}

  /** How segments are named. */
  public sealed interface Addressing {
    /** Ticks a second of all times. */
    long timescale();

    /** Ticks on the media timeline at which the Period starts. */
    long presentationTimeOffset();

    /** A URL template over a timeline. */
    record Template(
        long timescale,
        long presentationTimeOffset,
        long startNumber,
        Optional<UrlTemplate> initialization,
        UrlTemplate media,
        Timeline timeline)
        implements Addressing {}

    /** A list of URLs. */
    record Listed(
        long timescale,
        long presentationTimeOffset,
        Optional<Reference> initialization,
        List<Reference> media,
        Timeline timeline)
        implements Addressing {
      public Listed {
        media = List.copyOf(media);
      }
    }

    /** One file; {@code index} is the range of its sidx, where given. */
    record Single(
        long timescale,
        long presentationTimeOffset,
        Optional<ByteRange> initialization,
        Optional<ByteRange> index)
        implements Addressing {}
  }

  /** A URL reference and the part of it, if not all. */
  public record Reference(String url, Optional<ByteRange> range) {}

  /** Positions of first and last byte. */
  public record ByteRange(long first, long last) {
    public long length() {
      return last - first + 1;
    }
  }
}
