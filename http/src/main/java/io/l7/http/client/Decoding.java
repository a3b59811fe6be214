package io.l7.http.client;

/** Whether a client takes codings off content. */
public enum Decoding {
  /** gzip is asked for and taken off. */
  GZIP,
  /** Content arrives as it was sent. */
  NONE
}
