package io.l7.dns.service;

import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.resolver.RecursiveEngine;
import java.util.Optional;
import java.util.function.Predicate;

/** What the resolver has for one client's query, with the addresses that are made for him. */
record Inquiry(RecursiveEngine engine, ServiceConfig config, Message query, Trace trace) {
  Optional<Response> serve(Question question) {
    return serve(question, name -> false);
  }

  /** The same, where an alias that leads to one of these names is not followed. */
  Optional<Response> serve(Question question, Predicate<Name> notFollowed) {
    // RFC 6147 §5.5: who validates himself is to see what is signed
    boolean isMade = config.dns64().isPresent() && !(query.dnssecOk() && query.has(Flag.CD));
    if (!isMade) {
      return plain(question, notFollowed);
    }
    Dns64 dns64 = config.dns64().get();
    Optional<Name> four =
        question.type().equals(RRType.PTR) ? dns64.reverse(question.name()) : Optional.empty();
    if (four.isPresent()) {
      trace.note(Reason.POLICY, () -> "DNS64: the name of " + four.get());
      return plain(question.withName(four.get()), notFollowed)
          .map(found -> dns64.named(question.name(), four.get(), found));
    }
    return plain(question, notFollowed)
        .map(
            found -> {
              Response made = dns64.applied(question, found, more -> plain(more, notFollowed));
              if (!made.equals(found)) {
                trace.note(Reason.POLICY, () -> "DNS64: made of addresses of IPv4");
              }
              return made;
            });
  }

  private Optional<Response> plain(Question question, Predicate<Name> notFollowed) {
    return engine.serve(question, RecursiveService.checking(query), trace, notFollowed);
  }
}
