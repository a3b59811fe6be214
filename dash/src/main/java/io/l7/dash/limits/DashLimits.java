package io.l7.dash.limits;

import java.time.Duration;

/**
 * The bounds of the DASH module.
 *
 * @param moovBytes largest movie box read into memory; 64 MiB holds the tables of some 200 hours
 * @param boxDepth deepest nesting of boxes; the standard's own goes to about 10
 * @param boxes most boxes in one container, and at the top of one file
 * @param tracks most tracks in one file
 * @param manifestBytes largest MPD; a day of two-second timelines for ten tracks stays below
 * @param manifestDepth deepest nesting of elements in an MPD
 * @param manifestElements most elements in an MPD
 * @param manifestAttributes most attributes on one element
 * @param segments most segments one representation may advertise
 * @param templateWidth widest {@code %0Nd} in a URL template
 * @param urlLength longest URL, in characters
 * @param segmentBytes largest segment the player takes
 * @param segmentSamples most samples in one segment; an hour of sound in one has 170,000
 * @param requestTimeout after which a request of the player has to have brought a kilobyte a second
 * @param leastRefresh between two looks at a live manifest, whatever it asks for
 * @param reportedRequests most requests that the report of a live run lists, the last ones: some
 *     600 bytes each, half a day of four-second segments
 */
public record DashLimits(
    int moovBytes,
    int boxDepth,
    int boxes,
    int tracks,
    int manifestBytes,
    int manifestDepth,
    int manifestElements,
    int manifestAttributes,
    int segments,
    int templateWidth,
    int urlLength,
    int segmentBytes,
    int segmentSamples,
    Duration requestTimeout,
    Duration leastRefresh,
    int reportedRequests) {

  /** The defaults, with the reasons given at each parameter. */
  public static DashLimits defaults() {
    return new DashLimits(
        64 << 20,
        16,
        200_000,
        64,
        16 << 20,
        32,
        500_000,
        256,
        1_000_000,
        20,
        4096,
        256 << 20,
        1 << 20,
        Duration.ofSeconds(60),
        Duration.ofMillis(500),
        20_000);
  }

  /** The same with another time after which a request must have brought something. */
  public DashLimits requestTimeout(Duration other) {
    return new DashLimits(
        moovBytes,
        boxDepth,
        boxes,
        tracks,
        manifestBytes,
        manifestDepth,
        manifestElements,
        manifestAttributes,
        segments,
        templateWidth,
        urlLength,
        segmentBytes,
        segmentSamples,
        other,
        leastRefresh,
        reportedRequests);
  }
}
