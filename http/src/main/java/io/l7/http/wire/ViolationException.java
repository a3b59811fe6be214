package io.l7.http.wire;

import java.io.IOException;

/**
 * The peer's bytes break the protocol: nothing behind them can be understood, the connection must
 * close.
 */
public final class ViolationException extends IOException {
  private static final long serialVersionUID = 1L;
  private final Violation violation;

  public ViolationException(Violation violation) {
    super(violation.label() + " (" + violation.section() + ")");
    this.violation = violation;
  }

  public Violation violation() {
    return violation;
  }
}
