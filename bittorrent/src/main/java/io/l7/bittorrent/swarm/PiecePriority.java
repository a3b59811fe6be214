package io.l7.bittorrent.swarm;

/** How much a piece is wanted; a higher one is asked for before any piece of a lower one. */
public enum PiecePriority {
  /** Not wanted: no selected file touches the piece. */
  SKIP,
  /** After everything else. */
  LOW,
  /** The default. */
  NORMAL,
  /** Before everything else. */
  HIGH
}
