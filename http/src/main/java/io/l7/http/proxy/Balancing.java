package io.l7.http.proxy;

/** Which upstream gets the next request. */
public enum Balancing {
  /** Each in turn. */
  ROUND_ROBIN,
  /** The one with the fewest requests in hand; among equals each in turn. */
  LEAST_REQUESTS,
  /**
   * The same for the same client address, while it is up (rendezvous hashing: when one goes, only
   * its clients move).
   */
  CLIENT_ADDRESS,
  /** The same for the same host, path and query: each upstream's own cache holds its share. */
  TARGET
}
