package io.l7.dns.resolver;

import io.l7.dns.message.Message;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;

/** Whether a message can be the response to a query (RFC 5452 §9.1). */
public enum ResponseMatch {
  /** Id and question agree, letters too. */
  FITS,
  /**
   * All agrees but the letter case of the name, where the server does not keep it or someone
   * guesses.
   */
  OTHER_CASE,
  /** Someone else's. */
  FOREIGN;

  public static ResponseMatch of(Message query, Message response) {
    if (!response.isResponse()
        || response.id() != query.id()
        || !response.opcode().equals(query.opcode())) {
      return FOREIGN;
    }
    if (response.questions().isEmpty()) {
      // Servers that cannot read the query may leave the question out of their error.
      boolean error =
          !response.rcode().equals(Rcode.NOERROR) && !response.rcode().equals(Rcode.NXDOMAIN);
      return error ? FITS : FOREIGN;
    }
    Question asked = query.questions().getFirst();
    Question answered = response.questions().getFirst();
    if (response.questions().size() != 1 || !asked.equals(answered)) {
      return FOREIGN;
    }
    return asked.name().equalsExactly(answered.name()) ? FITS : OTHER_CASE;
  }
}
