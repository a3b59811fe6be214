package io.l7.http.wire;

import java.time.Duration;

/**
 * Every limit of the HTTP/1.1 server and client side of the wire.
 *
 * @param headBytes request line and field lines together, bytes: 32 KiB holds the cookies of real
 *     sites; over it 431
 * @param fieldLines lines in one head: 100, as most servers; over it 431
 * @param methodBytes 32; over it 501
 * @param targetBytes 8,192: RFC 9112 §3 asks for at least 8,000; over it 414
 * @param bodyBytes content of one request as the server takes it in all: 1 GiB; over it 413.
 *     Handlers bound what they collect in memory
 * @param chunkExtensionBytes all extensions of one body: 16 KiB; over it 400
 * @param trailerBytes all field lines behind a chunked body: 8 KiB; over it 431
 * @param discardBytes what is read of a body no handler wanted, to stay in step: 256 KiB; over it
 *     the connection closes
 * @param headTime from the first byte of a head to its end: 20 s, however often a byte comes; over
 *     it 408
 * @param idleTime between an answer and the first byte of the next request: 60 s, as browsers reuse
 *     connections
 * @param bodyBytesPerSecond the least average rate of a request's body after {@link #bodyGrace}:
 *     500 B/s, below any working line; under it 408
 * @param bodyGrace how long a body may take whatever its rate: 20 s
 * @param writeTime how long one write may be stuck on a client that reads nothing: 30 s
 */
public record HttpLimits(
    int headBytes,
    int fieldLines,
    int methodBytes,
    int targetBytes,
    long bodyBytes,
    int chunkExtensionBytes,
    int trailerBytes,
    long discardBytes,
    Duration headTime,
    Duration idleTime,
    int bodyBytesPerSecond,
    Duration bodyGrace,
    Duration writeTime) {

  /** The defaults named above. */
  public static final HttpLimits DEFAULTS =
      new HttpLimits(
          32 << 10,
          100,
          32,
          8192,
          1L << 30,
          16 << 10,
          8 << 10,
          256 << 10,
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          500,
          Duration.ofSeconds(20),
          Duration.ofSeconds(30));

  public HttpLimits withBodyBytes(long bytes) {
    return new HttpLimits(
        headBytes,
        fieldLines,
        methodBytes,
        targetBytes,
        bytes,
        chunkExtensionBytes,
        trailerBytes,
        discardBytes,
        headTime,
        idleTime,
        bodyBytesPerSecond,
        bodyGrace,
        writeTime);
  }

  public HttpLimits withHeadTime(Duration time) {
    return new HttpLimits(
        headBytes,
        fieldLines,
        methodBytes,
        targetBytes,
        bodyBytes,
        chunkExtensionBytes,
        trailerBytes,
        discardBytes,
        time,
        idleTime,
        bodyBytesPerSecond,
        bodyGrace,
        writeTime);
  }

  public HttpLimits withIdleTime(Duration time) {
    return new HttpLimits(
        headBytes,
        fieldLines,
        methodBytes,
        targetBytes,
        bodyBytes,
        chunkExtensionBytes,
        trailerBytes,
        discardBytes,
        headTime,
        time,
        bodyBytesPerSecond,
        bodyGrace,
        writeTime);
  }

  /** With another least rate of bodies and the time before it counts. */
  public HttpLimits withBodyRate(int bytesPerSecond, Duration grace) {
    return new HttpLimits(
        headBytes,
        fieldLines,
        methodBytes,
        targetBytes,
        bodyBytes,
        chunkExtensionBytes,
        trailerBytes,
        discardBytes,
        headTime,
        idleTime,
        bytesPerSecond,
        grace,
        writeTime);
  }

  public HttpLimits withWriteTime(Duration time) {
    return new HttpLimits(
        headBytes,
        fieldLines,
        methodBytes,
        targetBytes,
        bodyBytes,
        chunkExtensionBytes,
        trailerBytes,
        discardBytes,
        headTime,
        idleTime,
        bodyBytesPerSecond,
        bodyGrace,
        time);
  }
}
