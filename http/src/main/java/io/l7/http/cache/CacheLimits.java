package io.l7.http.cache;

import java.time.Duration;

/**
 * What a cache may hold and wait for.
 *
 * @param objectSize bytes of one stored body; a larger response passes through unstored. 1 GiB: a
 *     long video file must not push out everything else
 * @param memoryObjectSize bytes of one body kept in memory; a larger one lives on disk alone, or is
 *     not stored where there is no disk. 8 MiB: a DASH segment fits
 * @param variants stored responses for one URL that differ by {@code Vary}; the oldest goes first.
 *     64: a client can make up any number of them by its {@code User-Agent}
 * @param tags tags of one response, further ones are ignored. 64
 * @param heuristicLifetime longest lifetime that is only guessed. 24 h (RFC 9111 §4.2.2 asks for
 *     care above a day)
 * @param staleWhenUnreachable how long past its lifetime a response is used when no upstream can be
 *     reached and nothing forbids it (RFC 9111 §4.2.4). 1 h
 * @param readAhead bytes a fetch may be ahead of its slowest reader once the body is too large to
 *     keep. 1 MiB
 * @param collapseWait how long a request waits for the header that another one's fetch is waiting
 *     for, before it goes on alone. 60 s: as long as the upstream may take
 */
public record CacheLimits(
    long objectSize,
    long memoryObjectSize,
    int variants,
    int tags,
    Duration heuristicLifetime,
    Duration staleWhenUnreachable,
    int readAhead,
    Duration collapseWait) {

  public static CacheLimits defaults() {
    return new CacheLimits(
        1L << 30,
        8L << 20,
        64,
        64,
        Duration.ofHours(24),
        Duration.ofHours(1),
        1 << 20,
        Duration.ofSeconds(60));
  }
}
