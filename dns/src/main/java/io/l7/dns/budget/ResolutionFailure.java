package io.l7.dns.budget;

import io.l7.dns.message.ExtendedError;

/** Why a question could not be answered, in a form for the client. */
public final class ResolutionFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ExtendedError error;

  public ResolutionFailure(int code, String why) {
    super(why, null, false, false);
    this.error = new ExtendedError(code, why);
  }

  public ExtendedError error() {
    return error;
  }
}
