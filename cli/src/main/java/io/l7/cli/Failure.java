package io.l7.cli;

/** The work failed or the answer is no: one line, exit status 1. */
public final class Failure extends RuntimeException {
  /** Says what failed and why: {@code l7: WHAT: WHY}. */
  public Failure(String what, String why) {
    super(what + ": " + why);
  }

  /** The same with its cause, which {@code --debug} shows. */
  public Failure(String what, String why, Throwable cause) {
    super(what + ": " + why, cause);
  }
}
