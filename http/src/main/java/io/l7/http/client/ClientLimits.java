package io.l7.http.client;

import java.time.Duration;

/**
 * What a client takes from a server and keeps for later.
 *
 * @param headBytes octets of a status line and its field lines. 64 KiB: twice what servers take,
 *     since cookies and policies of answers are long
 * @param fields field lines of a response. 256
 * @param interim answers 1xx before the final one. 16: more is a flood
 * @param redirects followed for one request. 20, as browsers and RFC 9110 §15.4 (at least five)
 *     have it
 * @param idlePerOrigin connections kept for one origin while they are idle. 32
 * @param idleInAll connections kept while they are idle. 256
 * @param idle how long an idle connection is kept. 30 s: less than most servers keep it, so that a
 *     request seldom meets a closed one
 * @param staleAfter idle time after which a connection is not used for a request that must not be
 *     sent twice. 2 s
 * @param drain octets of an unwanted rest of a body that are read to keep the connection. 64 KiB:
 *     about what a new connection costs
 * @param inlineBody octets of a request's content that are sent before the answer is looked for; a
 *     longer one watches for an early answer. 64 KiB: fits the buffers of both ends
 */
public record ClientLimits(
    int headBytes,
    int fields,
    int interim,
    int redirects,
    int idlePerOrigin,
    int idleInAll,
    Duration idle,
    Duration staleAfter,
    int drain,
    int inlineBody) {

  public static ClientLimits defaults() {
    return new ClientLimits(
        64 * 1024,
        256,
        16,
        20,
        32,
        256,
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        64 * 1024,
        64 * 1024);
  }

  /** The same with another bound for redirects; 0 follows none. */
  public ClientLimits redirects(int most) {
    return new ClientLimits(
        headBytes,
        fields,
        interim,
        most,
        idlePerOrigin,
        idleInAll,
        idle,
        staleAfter,
        drain,
        inlineBody);
  }

  /** The same with other bounds for idle connections. */
  public ClientLimits idle(int perOrigin, int inAll, Duration time) {
    return new ClientLimits(
        headBytes,
        fields,
        interim,
        redirects,
        perOrigin,
        inAll,
        time,
        staleAfter,
        drain,
        inlineBody);
  }
}
