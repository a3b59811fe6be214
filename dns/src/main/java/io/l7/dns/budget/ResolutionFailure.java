package io.l7.dns.budget;

import io.l7.dns.message.ExtendedError;

/** Why a question could not be answered, in a form for the client. */
public final class ResolutionFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ExtendedError error;
  private final boolean ofQuestionAlone;

  /** A failure that everyone would meet who asked the same. */
  public ResolutionFailure(int code, String why) {
    this(code, why, false);
  }

  private ResolutionFailure(int code, String why, boolean ofQuestionAlone) {
    super(why, null, false, false);
    this.error = new ExtendedError(code, why);
    this.ofQuestionAlone = ofQuestionAlone;
  }

  /**
   * A failure of one question alone: it has spent what it might, or found no place. That tells
   * nothing of a server or a zone, so nothing else may be concluded from it.
   */
  public static ResolutionFailure ofQuestionAlone(int code, String why) {
    return new ResolutionFailure(code, why, true);
  }

  public boolean isOfQuestionAlone() {
    return ofQuestionAlone;
  }

  public ExtendedError error() {
    return error;
  }
}
