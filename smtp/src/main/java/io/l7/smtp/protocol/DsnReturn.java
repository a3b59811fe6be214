package io.l7.smtp.protocol;

/** How much of a failed message comes back in a report: RET= (RFC 3461 §4.3). */
public enum DsnReturn {
  FULL,
  HDRS
}
