package io.l7.dns.update;

import io.l7.dns.message.Rcode;

/** An update that changes nothing, with the rcode that says why. */
final class UpdateRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Rcode rcode;

  UpdateRefused(Rcode rcode, String why) {
    super(why);
    this.rcode = rcode;
  }

  Rcode rcode() {
    return rcode;
  }
}
