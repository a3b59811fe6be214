package io.l7.lab.story;

/** One step of the story. It either shows what it promises or throws. */
public interface Step {
  /** What it shows: {@code mail}, {@code dns}, {@code http}, {@code bittorrent}, {@code dash}. */
  String name();

  /** Performs the step, blocking, and tells what was measured. */
  Figures perform() throws Exception;

  /** The step cannot be performed on this machine; the rest of the story goes on. */
  final class LeftOut extends Exception {
    /** Says why, in one line. */
    public LeftOut(String why) {
      super(why);
    }
  }
}
