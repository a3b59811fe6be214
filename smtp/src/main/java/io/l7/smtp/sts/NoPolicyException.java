package io.l7.smtp.sts;

import java.io.IOException;

/** What a domain publishes as its policy is none (RFC 8461 §3.2). */
final class NoPolicyException extends IOException {
  private static final long serialVersionUID = 1L;

  NoPolicyException() {
    super("what is there is no policy of version STSv1");
  }
}
