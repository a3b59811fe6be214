package io.l7.dash.mpd;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A manifest, inheritance and base URLs resolved.
 *
 * @param live what makes it live; none of a static one, nor where its availabilityStartTime is
 *     missing
 * @param root the elements it was read from, for lint
 */
public record Mpd(
    Type type,
    OptionalDouble durationSeconds,
    double minBufferSeconds,
    List<Period> periods,
    Optional<Live> live,
    Element root) {
  public Mpd {
    periods = List.copyOf(periods);
  }

  /** Whether it may still grow. */
  public enum Type {
    STATIC,
    DYNAMIC
  }

  /**
   * What a live manifest says besides (ISO/IEC 23009-1 §5.3.1.2).
   *
   * @param start the moment from which the starts of its Periods count
   * @param published when it was made
   * @param updateSeconds how long it is good for at least; none: for ever
   * @param windowSeconds how far back segments stay; none: for ever
   * @param delaySeconds how far behind the live edge to play
   * @param clocks where the time is told, in order of preference
   * @param location where it is from now on
   */
  public record Live(
      Instant start,
      Optional<Instant> published,
      OptionalDouble updateSeconds,
      OptionalDouble windowSeconds,
      OptionalDouble delaySeconds,
      List<UtcTiming> clocks,
      Optional<URI> location) {
    public Live {
      clocks = List.copyOf(clocks);
    }
  }

  /**
   * A clock (§5.8.4.11).
   *
   * @param scheme how it is read, such as {@code urn:mpeg:dash:utc:http-iso:2014}
   * @param value what it says, or where to ask it
   */
  public record UtcTiming(String scheme, String value) {}

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
