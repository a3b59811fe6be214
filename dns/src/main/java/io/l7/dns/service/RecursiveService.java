package io.l7.dns.service;

import io.l7.dns.authority.Request;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.local.LocalData;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.RecursiveEngine.Checking;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Turns a client's query into the answer of the recursive engine. Blocking; safe for all threads.
 */
public final class RecursiveService {
  private static final long ANY_TTL = 3600;

  /** Aliases of local data followed for one question; as many as the engine follows. */
  private static final int MOST_ALIASES = 11;

  private final RecursiveEngine engine;
  private final ServiceConfig config;
  private final Replies replies;

  public RecursiveService(RecursiveEngine engine, ServiceConfig config) {
    this.engine = engine;
    this.config = config;
    this.replies = new Replies(config);
  }

  /**
   * Who asks.
   *
   * @param transport by which the answer goes
   */
  public record Asker(InetAddress address, Request.Transport transport) {}

  /** An answer and whether others who ask the same may get it too. */
  record Served(Message message, Reuse reuse) {}

  /** For whom an answer is. */
  enum Reuse {
    ALL,
    /** A rule of policy was looked at, which counts its hits and may depend on the client. */
    NOBODY_ELSE
  }

  /** The answer, or nothing where none is due. */
  public Optional<Message> answer(Message query, Asker asker, Trace trace) {
    return serve(query, asker, trace).map(Served::message);
  }

  Optional<Served> serve(Message query, Asker asker, Trace trace) {
    boolean ruled =
        !query.isResponse() && !config.policies().current().isEmpty() && isResolved(query, asker);
    if (ruled) {
      return new PolicedAnswer(engine, config, query, asker, trace).answer();
    }
    return plain(query, asker.address(), trace).map(message -> new Served(message, Reuse.ALL));
  }

  /** Whether the engine would be asked, and nothing here says otherwise. */
  private boolean isResolved(Message query, Asker asker) {
    AccessList.Access access = config.access().of(asker.address());
    if (access == AccessList.Access.DROPPED || refusal(query, access).isPresent()) {
      return false;
    }
    Question question = query.questions().getFirst();
    boolean minimal =
        question.type().equals(RRType.ANY) && config.any() == ServiceConfig.AnyPolicy.MINIMAL;
    return query.has(Flag.RD)
        && !minimal
        && config.local().judge(question) instanceof LocalData.Verdict.Resolve;
  }

  private Optional<Message> plain(Message query, InetAddress client, Trace trace) {
    if (query.isResponse()) {
      return Optional.empty();
    }
    AccessList.Access access = config.access().of(client);
    if (access == AccessList.Access.DROPPED) {
      return Optional.empty();
    }
    Optional<Message> refusal = refusal(query, access);
    if (refusal.isPresent()) {
      return refusal;
    }
    Question question = query.questions().getFirst();
    switch (config.local().judge(question)) {
      case LocalData.Verdict.Answer answer -> {
        return local(query, answer, trace);
      }
      case LocalData.Verdict.Silence silence -> {
        return Optional.empty();
      }
      case LocalData.Verdict.Resolve resolve -> {}
    }
    if (question.type().equals(RRType.ANY) && config.any() == ServiceConfig.AnyPolicy.MINIMAL) {
      return Optional.of(minimalAny(query, question));
    }
    if (!query.has(Flag.RD)) {
      return Optional.of(withoutRecursion(query, question, access));
    }
    return new Inquiry(engine, config, query, trace)
        .serve(question)
        .map(answer -> replies.compose(query, answer));
  }

  static Checking checking(Message query) {
    return query.has(Flag.CD) ? Checking.DISABLED : Checking.ENABLED;
  }

  /** An answer out of local data; an alias in it is followed, here and out in the world. */
  private Optional<Message> local(Message query, LocalData.Verdict.Answer first, Trace trace) {
    Question question = query.questions().getFirst();
    var answer = new ArrayList<ResourceRecord>();
    var seen = new HashSet<Name>();
    LocalData.Verdict verdict = first;
    Name name = question.name();
    while (verdict instanceof LocalData.Verdict.Answer part) {
      trace.note(Reason.POLICY, part::why);
      answer.addAll(part.answer());
      seen.add(name);
      Optional<Name> target = part.alias(question.withName(name));
      if (target.isEmpty()) {
        List<ExtendedError> errors = part.error().map(List::of).orElse(List.of());
        return Optional.of(
            replies
                .locally(query, part.rcode(), errors, answer)
                .withSections(answer, part.authority(), List.of()));
      }
      name = target.get();
      if (seen.contains(name) || seen.size() > MOST_ALIASES) {
        var error =
            new ExtendedError(ExtendedError.OTHER, "local alias " + name + " goes in circles");
        trace.note(Reason.FAILURE, error::text);
        return Optional.of(replies.locally(query, Rcode.SERVFAIL, List.of(error), answer));
      }
      verdict = config.local().judge(question.withName(name));
    }
    if (verdict instanceof LocalData.Verdict.Silence) {
      return Optional.empty();
    }
    if (!query.has(Flag.RD)) {
      return Optional.of(replies.locally(query, Rcode.NOERROR, List.of(), answer));
    }
    Name outside = name;
    trace.note(Reason.ALIAS, () -> "local alias of " + outside);
    return new Inquiry(engine, config, query, trace)
        .serve(question.withName(outside))
        .map(response -> replies.compose(query, response))
        .map(
            rest -> {
              answer.addAll(rest.answer());
              // What begins here is not validated, whatever it leads to.
              return rest.without(Flag.AD)
                  .with(Flag.AA)
                  .withSections(answer, rest.authority(), rest.additional());
            });
  }

  private Optional<Message> refusal(Message query, AccessList.Access access) {
    if (!query.opcode().equals(Opcode.QUERY)) {
      return Optional.of(
          replies.error(query, Rcode.NOTIMP, notSupported("opcode " + query.opcode())));
    }
    if (query.questions().size() != 1) {
      return Optional.of(
          replies.error(query, Rcode.FORMERR, other(query.questions().size() + " questions")));
    }
    if (!query.answer().isEmpty() || !query.authority().isEmpty()) {
      // A question brings no records; that of IXFR does, but recursion has no zone to transfer.
      return Optional.of(
          replies
              .error(query, Rcode.FORMERR, other("a query with records"))
              .without(Flag.RA)
              .withQuestions(List.of()));
    }
    if (query.edns().isPresent() && query.edns().get().version() != 0) {
      // RFC 6891 §6.1.3
      return Optional.of(replies.error(query, Rcode.BADVERS));
    }
    if (access == AccessList.Access.REFUSED) {
      return Optional.of(
          replies.error(query, Rcode.REFUSED, new ExtendedError(ExtendedError.PROHIBITED, "")));
    }
    Question question = query.questions().getFirst();
    RRType type = question.type();
    if (type.equals(RRType.IXFR) && query.authority().isEmpty()) {
      // RFC 1995 §3: the client's SOA is part of the question.
      return Optional.of(
          replies.error(query, Rcode.FORMERR, other("IXFR without an SOA (RFC 1995)")));
    }
    if (!question.rrclass().equals(RRClass.IN)
        || type.equals(RRType.AXFR)
        || type.equals(RRType.IXFR)) {
      return Optional.of(
          replies.error(
              query,
              Rcode.REFUSED,
              notSupported(question.rrclass() + " " + type + " at a resolver")));
    }
    if (type.isMeta() && !type.equals(RRType.ANY)) {
      Rcode rcode = type.equals(RRType.OPT) ? Rcode.FORMERR : Rcode.NOTIMP;
      return Optional.of(replies.error(query, rcode, notSupported("a question for " + type)));
    }
    return Optional.empty();
  }

  private static ExtendedError notSupported(String what) {
    return new ExtendedError(ExtendedError.NOT_SUPPORTED, what);
  }

  private static ExtendedError other(String what) {
    return new ExtendedError(ExtendedError.OTHER, what);
  }

  private Message minimalAny(Message query, Question question) {
    byte[] cpu = "RFC8482".getBytes(StandardCharsets.US_ASCII);
    var data = new byte[cpu.length + 2];
    data[0] = (byte) cpu.length;
    System.arraycopy(cpu, 0, data, 1, cpu.length);
    var hinfo = ResourceRecord.of(question.name(), RRType.HINFO, ANY_TTL, Rdata.of(data));
    return replies
        .envelope(query, Rcode.NOERROR, List.of())
        .withSections(List.of(hinfo), List.of(), List.of());
  }

  private Message withoutRecursion(Message query, Question question, AccessList.Access access) {
    if (access != AccessList.Access.ALLOWED_WITH_CACHE) {
      return replies
          .error(query, Rcode.REFUSED, new ExtendedError(ExtendedError.NOT_AUTHORITATIVE, ""))
          .with(Flag.RA);
    }
    Optional<Response> known = engine.known(question, checking(query));
    return known
        .map(response -> replies.compose(query, response))
        .orElseGet(() -> replies.compose(query, engine.referral(question)));
  }
}
