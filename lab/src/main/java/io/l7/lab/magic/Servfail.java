package io.l7.lab.magic;

import io.l7.dns.authority.Authority;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Rcode;

/** A name server that fails: it answers SERVFAIL to every question. */
final class Servfail implements Authority {
  @Override
  public Outcome answer(Request request) {
    try {
      var query = MessageReader.read(request.wire(), 0, request.length());
      if (query.isResponse()) return new Outcome.Silence();
      return new Outcome.Reply(MessageWriter.write(Message.responseTo(query, Rcode.SERVFAIL)));
    } catch (MalformedMessageException e) {
      return new Outcome.Silence();
    }
  }

  @Override
  public boolean serves(Name name) {
    return true;
  }
}
