package io.l7.http.h2;

import java.time.Duration;

/**
 * Every limit of the server's HTTP/2 beside {@code HttpLimits}, whose sizes and times count here as
 * well.
 *
 * @param streams requests of one connection at once, those counted in whose client has left but
 *     whose handler still runs: 100, as most servers; over it REFUSED_STREAM
 * @param streamWindow content of one request that is taken in ahead of its handler, octets: 256
 *     KiB, 40 Mbit/s over 50 ms; from 65,535, which who has not read our settings may send
 * @param connectionWindow the same of all requests of a connection, octets: 1 MiB; from 65,535
 * @param tableOctets each of the two tables of fields of a connection: 4,096, what the standard
 *     begins with, and the least
 * @param blockOctets one field block as it comes: 64 KiB, twice what a list of fields may have when
 *     it is decoded; over it the connection ends
 * @param blockFrames frames of one field block: 16, four times what the octets need; over it the
 *     connection ends (CVE-2024-27316)
 * @param queuedOctets acknowledgements and the like that wait for a client that does not read: 64
 *     KiB; over it the connection ends (CVE-2019-9512)
 * @param linger how long a client may go on to the end of its request when it has all of its
 *     answer: 200 ms, enough for what is on its way; then the stream is reset (RFC 9113 §8.1)
 * @param resets streams that the client resets before their end, or makes the server reset: a
 *     browser that leaves a page resets some dozens (CVE-2023-44487, CVE-2025-8671)
 * @param controlFrames SETTINGS, PING, PRIORITY, GOAWAY and unknown frames (CVE-2019-9515)
 * @param emptyFrames frames of content or fields with nothing in them but padding (CVE-2019-9518)
 * @param windowUpdates WINDOW_UPDATE; each frame of content that is sent allows two more
 *     (CVE-2019-9511)
 */
public record Http2Limits(
    int streams,
    int streamWindow,
    int connectionWindow,
    int tableOctets,
    int blockOctets,
    int blockFrames,
    int queuedOctets,
    Duration linger,
    Rate resets,
    Rate controlFrames,
    Rate emptyFrames,
    Rate windowUpdates) {

  /**
   * What one connection may do at once, and go on with each second; over it the connection ends
   * with ENHANCE_YOUR_CALM.
   */
  public record Rate(int burst, int perSecond) {}

  /** The defaults: those named above, and rates far above what clients are seen to do. */
  public static final Http2Limits DEFAULTS =
      new Http2Limits(
          100,
          256 << 10,
          1 << 20,
          4096,
          64 << 10,
          16,
          64 << 10,
          Duration.ofMillis(200),
          new Rate(200, 10),
          new Rate(1000, 100),
          new Rate(100, 10),
          new Rate(5000, 1000));

  public Http2Limits {
    if (streams < 1 || streamWindow < 65_535 || connectionWindow < 65_535 || tableOctets < 4096) {
      throw new IllegalArgumentException("less than what RFC 9113 §6.5.2 begins with");
    }
  }

  public Http2Limits withStreams(int count) {
    return new Http2Limits(
        count,
        streamWindow,
        connectionWindow,
        tableOctets,
        blockOctets,
        blockFrames,
        queuedOctets,
        linger,
        resets,
        controlFrames,
        emptyFrames,
        windowUpdates);
  }

  public Http2Limits withLinger(Duration time) {
    return new Http2Limits(
        streams,
        streamWindow,
        connectionWindow,
        tableOctets,
        blockOctets,
        blockFrames,
        queuedOctets,
        time,
        resets,
        controlFrames,
        emptyFrames,
        windowUpdates);
  }
}
