package io.l7.http.wire;

/** How far a parser has come with the bytes there are. */
public enum Progress {
  /** Every byte is right so far; more are needed. */
  INCOMPLETE,
  COMPLETE,
  /** A violation was found; it does not matter what follows. */
  REFUSED
}
