package io.l7.http.server;

/** What comes behind the requests of a connection that began with HTTP/1.1. */
public enum Ending {
  /** Nothing: the connection is over. */
  CLOSE,
  /** The connection preface of HTTP/2, in place of the first request (RFC 9113 §3.3). */
  HTTP_2
}
