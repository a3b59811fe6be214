package io.l7.smtp.address;

/** A recipient of the envelope (RFC 5321 §4.1.2 and §4.1.1.3). */
public sealed interface ForwardPath {

  /**
   * {@code <Postmaster>} without a domain: the one bare name every server has to take (RFC 5321
   * §4.5.1).
   */
  record Postmaster() implements ForwardPath {
    @Override
    public String toString() {
      return "<Postmaster>";
    }
  }

  /** {@code <mailbox>}. */
  record Recipient(Mailbox address) implements ForwardPath {
    @Override
    public String toString() {
      return "<" + address + ">";
    }
  }

  /** A path to this mailbox. */
  static ForwardPath of(Mailbox address) {
    return new Recipient(address);
  }
}
