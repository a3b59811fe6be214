package io.l7.dns.message;

/** Octets that are not a DNS message; the text says where and why. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}
