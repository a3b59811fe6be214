package io.l7.smtp.address;

/**
 * A text that is no address under RFC 5321 §4.1.2; the message says what is wrong with it in a few
 * words.
 */
public final class AddressSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  AddressSyntaxException(String why) {
    super(why);
  }
}
