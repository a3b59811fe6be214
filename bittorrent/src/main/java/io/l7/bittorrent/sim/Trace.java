package io.l7.bittorrent.sim;

/** Receives what happens in a simulated swarm, in order; the same seed gives the same calls. */
@FunctionalInterface
public interface Trace {
  /** Keeps nothing. */
  Trace NONE = (_, _, _, _, _, _) -> {};

  /** What happened. */
  enum Kind {
    /** {@code from} joined. */
    JOIN,
    /** {@code from} left. */
    LEAVE,
    /** {@code from} unchoked {@code to}. */
    UNCHOKE,
    /** {@code from} choked {@code to}. */
    CHOKE,
    /** A block of piece {@code piece} arrived from {@code from} at {@code to}. */
    BLOCK,
    /** {@code from} verified the piece. */
    PIECE,
    /** {@code from} found the piece corrupt. */
    CORRUPT,
    /** {@code from} banned {@code to}. */
    BAN,
    /** {@code from} has everything. */
    COMPLETE
  }

  /**
   * Something happened.
   *
   * @param nanos of virtual time
   * @param kind what
   * @param from who did it; 0 is the seed
   * @param to to whom, or -1
   * @param piece which piece, or -1
   * @param offset within the piece, or -1
   */
  void event(long nanos, Kind kind, int from, int to, int piece, int offset);
}
