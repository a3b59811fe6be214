package io.l7.lab.story;

/** One step of the story. It either shows what it promises or throws. */
public interface Step {
  /** What it shows: {@code mail}, {@code dns}, {@code http}, {@code bittorrent}, {@code dash}. */
  String name();

  /** Performs the step, blocking, and tells what was measured. */
  Figures perform() throws Exception;

  /** Ends what the step runs outside of this process, at once: nobody is told of it any more. */
  default void breakOff() {}

  /** The step cannot be performed on this machine; the rest of the story goes on. */
  final class LeftOut extends Exception {
    /** Says why, in one line. */
    public LeftOut(String why) {
      super(why);
    }
  }
}
