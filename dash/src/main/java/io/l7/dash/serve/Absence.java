package io.l7.dash.serve;

/** Why there is nothing under a name. */
enum Absence {
  /** Nor will there be. */
  UNKNOWN,
  /** Not before its time. */
  NOT_YET,
  /** It was there, and its time is over. */
  GONE
}
