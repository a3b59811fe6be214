package io.l7.smtp.protocol;

import io.l7.smtp.address.ForwardPath;
import io.l7.smtp.address.ReversePath;
import java.util.Optional;

/** One command of the client, parsed (RFC 5321 §4.1 and the extensions we offer). */
public sealed interface Command {

  /** EHLO (RFC 5321 §4.1.1.1). */
  record Ehlo(String client) implements Command {}

  /** HELO, of clients that know no extensions. */
  record Helo(String client) implements Command {}

  /** LHLO, the greeting of LMTP (RFC 2033 §4.1). */
  record Lhlo(String client) implements Command {}

  /** MAIL (RFC 5321 §4.1.1.2). */
  record Mail(ReversePath from, MailParameters parameters) implements Command {}

  /** RCPT (RFC 5321 §4.1.1.3). */
  record Rcpt(ForwardPath to, RcptParameters parameters) implements Command {}

  /** DATA (RFC 5321 §4.1.1.4). */
  record Data() implements Command {}

  /** BDAT (RFC 3030 §2): so many octets follow at once. */
  record Bdat(long octets, Chunk chunk) implements Command {}

  /** RSET. */
  record Rset() implements Command {}

  /** NOOP. */
  record Noop() implements Command {}

  /** QUIT. */
  record Quit() implements Command {}

  /** VRFY, answered without telling anything (RFC 5321 §3.5.3). */
  record Vrfy(String what) implements Command {}

  /** EXPN, the same. */
  record Expn(String what) implements Command {}

  /** HELP. */
  record Help() implements Command {}

  /** STARTTLS (RFC 3207). */
  record StartTls() implements Command {}

  /** AUTH (RFC 4954 §4). */
  record Auth(String mechanism, Optional<String> initialResponse) implements Command {}

  /** A verb of another protocol, such as a browser's POST: the conversation is over. */
  record Foreign(String verb) implements Command {}

  /** A line that is no command of ours, with the reply it deserves. */
  record Invalid(Reply reply) implements Command {}

  /** Whether more chunks follow (RFC 3030 §2). */
  enum Chunk {
    MORE,
    LAST
  }
}
