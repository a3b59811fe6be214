package io.l7.bittorrent.pick;

/** Why a block was chosen. */
public enum PickReason {
  /** Its piece is begun already: a piece helps nobody before it is whole. */
  STRICT_PRIORITY,
  /** We have nothing to trade yet, so any piece, soon, rather than the rarest, slowly. */
  RANDOM_FIRST,
  /** The rarest piece this peer has. */
  RAREST_FIRST,
  /** The beginning of the longest run that nobody has begun (BEP 19). */
  RUN,
  /** Somebody reads the content, and this comes next. */
  URGENT,
  /** Everything is asked for already; this block is late elsewhere. */
  ENDGAME
}
