package io.l7.dns.authority;

import io.l7.dns.message.Edns;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Rcode;
import java.util.Arrays;
import java.util.Optional;

/** What a server without recursion says to a message that is for none of its zones. */
public final class Refusal {
  private static final int HEADER = 12;

  private Refusal() {}

  /** The answer; empty where silence is right: to responses, and to what has no whole header. */
  public static Optional<byte[]> of(Request request) {
    byte[] wire = request.wire();
    if (request.length() < HEADER || wire[2] < 0) {
      return Optional.empty();
    }
    Message message;
    try {
      message = MessageReader.read(wire, 0, request.length());
    } catch (MalformedMessageException e) {
      byte[] reply = Arrays.copyOf(wire, HEADER);
      reply[2] = (byte) (0x80 | (wire[2] & 0x79));
      reply[3] = 1; // FORMERR
      Arrays.fill(reply, 4, HEADER, (byte) 0);
      return Optional.of(reply);
    }
    Rcode rcode =
        switch (message.opcode().code()) {
          case 0 -> message.questions().size() == 1 ? Rcode.REFUSED : Rcode.FORMERR;
          case 4, 5 -> Rcode.NOTAUTH;
          default -> Rcode.NOTIMP;
        };
    int octets = AuthorityLimits.defaults().udpOctets();
    return Optional.of(MessageWriter.write(reply(message, rcode, octets)));
  }

  /**
   * An answer without records, with an OPT record where the query has one (RFC 6891 §6.1.1). DO is
   * copied into it, other flags are not (RFC 6891 §6.1.4, RFC 3225 §3).
   *
   * @param udpOctets what we take over UDP
   */
  static Message reply(Message query, Rcode rcode, int udpOctets) {
    Message reply = Message.responseTo(query, rcode);
    if (query.edns().isEmpty()) {
      return reply;
    }
    Edns own = Edns.ofSize(udpOctets);
    return reply.withEdns(query.dnssecOk() ? own.withDnssecOk() : own);
  }
}
