package io.l7.dash.abr;

/**
 * Decides, for one playing session, at what rate the next segment is asked for, and when a running
 * request is better given up. One instance serves one session and is used by one thread at a time.
 * Times in ms, sizes in bits.
 */
public interface AbrRule {

  /**
   * The choice for {@code state.segment()}; asked again for the same segment after a request was
   * given up.
   */
  Choice choose(State state);

  /**
   * Called while a request runs; true ends it, its bits are lost and {@link #choose} is asked
   * afresh.
   */
  default Verdict watch(Progress progress) {
    return Verdict.CONTINUE;
  }

  /** A request has ended, complete or given up. */
  default void finished(Transfer transfer) {}

  /** Time passed without a request because the buffer was full. */
  default void waited(double ms) {}

  /** Go on with a running request, or give it up. */
  enum Verdict {
    CONTINUE,
    GIVE_UP
  }

  /** What the player knows as it asks: the segment to fetch and the playing time buffered. */
  record State(int segment, double bufferMs) {}

  /** The rate to ask for, a wait before asking, and the reason in a few words. */
  record Choice(int quality, double waitMs, String why) {}

  /**
   * A request under way.
   *
   * @param firstByteMs from the request to its first bit
   * @param bufferMs what is left to play now
   */
  record Progress(
      int segment,
      int quality,
      double sizeBits,
      double receivedBits,
      double elapsedMs,
      double firstByteMs,
      double bufferMs) {}

  /** A request that has ended. */
  record Transfer(
      int segment,
      int quality,
      double receivedBits,
      double elapsedMs,
      double firstByteMs,
      Ending ending) {}

  /** How a request ended. */
  enum Ending {
    COMPLETE,
    GIVEN_UP
  }
}
