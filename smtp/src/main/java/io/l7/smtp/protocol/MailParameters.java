package io.l7.smtp.protocol;

import io.l7.smtp.address.ReversePath;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What may stand behind MAIL FROM.
 *
 * @param size octets the client means to send (RFC 1870 §3)
 * @param body 7BIT or 8BITMIME (RFC 6152)
 * @param encoding whether addresses and header may be UTF-8
 * @param ret how much to return in a failure report (RFC 3461 §4.3)
 * @param envelopeId ENVID with its xtext undone (RFC 3461 §4.4)
 * @param auth the identity the submission was authenticated as, AUTH= (RFC 4954 §5)
 */
public record MailParameters(
    OptionalLong size,
    BodyType body,
    AddressEncoding encoding,
    Optional<DsnReturn> ret,
    Optional<String> envelopeId,
    Optional<ReversePath> auth) {

  /** Whether the SMTPUTF8 keyword was given (RFC 6531 §3.4). */
  public enum AddressEncoding {
    ASCII,
    SMTPUTF8
  }

  /** No parameters. */
  public static final MailParameters NONE =
      new MailParameters(
          OptionalLong.empty(),
          BodyType.SEVEN_BIT,
          AddressEncoding.ASCII,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** The same with another kind of content. */
  public MailParameters body(BodyType other) {
    return new MailParameters(size, other, encoding, ret, envelopeId, auth);
  }

  /** The same with other addresses and header. */
  public MailParameters encoding(AddressEncoding other) {
    return new MailParameters(size, body, other, ret, envelopeId, auth);
  }

  /** Whether the mail may only go to servers with SMTPUTF8. */
  public boolean smtpUtf8() {
    return encoding == AddressEncoding.SMTPUTF8;
  }
}
