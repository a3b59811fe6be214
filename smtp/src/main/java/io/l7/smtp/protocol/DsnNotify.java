package io.l7.smtp.protocol;

/** When the sender wants to hear of a recipient: NOTIFY= (RFC 3461 §4.1). */
public enum DsnNotify {
  NEVER,
  SUCCESS,
  FAILURE,
  DELAY
}
