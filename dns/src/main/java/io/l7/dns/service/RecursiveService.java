package io.l7.dns.service;

import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.local.LocalData;
import io.l7.dns.message.Edns;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
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

  public RecursiveService(RecursiveEngine engine, ServiceConfig config) {
    this.engine = engine;
    this.config = config;
  }

  /** The answer, or nothing where none is due. */
  public Optional<Message> answer(Message query, InetAddress client, Trace trace) {
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
    return engine.serve(question, checking(query), trace).map(answer -> compose(query, answer));
  }

  private static Checking checking(Message query) {
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
            locally(query, part.rcode(), errors, answer)
                .withSections(answer, part.authority(), List.of()));
      }
      name = target.get();
      if (seen.contains(name) || seen.size() > MOST_ALIASES) {
        var error =
            new ExtendedError(ExtendedError.OTHER, "local alias " + name + " goes in circles");
        trace.note(Reason.FAILURE, error::text);
        return Optional.of(locally(query, Rcode.SERVFAIL, List.of(error), answer));
      }
      verdict = config.local().judge(question.withName(name));
    }
    if (verdict instanceof LocalData.Verdict.Silence) {
      return Optional.empty();
    }
    if (!query.has(Flag.RD)) {
      return Optional.of(locally(query, Rcode.NOERROR, List.of(), answer));
    }
    Name outside = name;
    trace.note(Reason.ALIAS, () -> "local alias of " + outside);
    return engine
        .serve(question.withName(outside), checking(query), trace)
        .map(response -> compose(query, response))
        .map(
            rest -> {
              answer.addAll(rest.answer());
              // What begins here is not validated, whatever it leads to.
              return rest.without(Flag.AD)
                  .with(Flag.AA)
                  .withSections(answer, rest.authority(), rest.additional());
            });
  }

  private Message locally(
      Message query, Rcode rcode, List<ExtendedError> errors, List<ResourceRecord> answer) {
    return envelope(query, rcode, errors)
        .with(Flag.AA)
        .with(Flag.RA)
        .withSections(answer, List.of(), List.of());
  }

  private Optional<Message> refusal(Message query, AccessList.Access access) {
    if (!query.opcode().equals(Opcode.QUERY)) {
      return Optional.of(error(query, Rcode.NOTIMP, notSupported("opcode " + query.opcode())));
    }
    if (query.questions().size() != 1) {
      return Optional.of(
          error(query, Rcode.FORMERR, other(query.questions().size() + " questions")));
    }
    if (!query.answer().isEmpty() || !query.authority().isEmpty()) {
      // A question brings no records; that of IXFR does, but recursion has no zone to transfer.
      return Optional.of(
          error(query, Rcode.FORMERR, other("a query with records"))
              .without(Flag.RA)
              .withQuestions(List.of()));
    }
    if (query.edns().isPresent() && query.edns().get().version() != 0) {
      // RFC 6891 §6.1.3
      return Optional.of(error(query, Rcode.BADVERS));
    }
    if (access == AccessList.Access.REFUSED) {
      return Optional.of(
          error(query, Rcode.REFUSED, new ExtendedError(ExtendedError.PROHIBITED, "")));
    }
    Question question = query.questions().getFirst();
    RRType type = question.type();
    if (type.equals(RRType.IXFR) && query.authority().isEmpty()) {
      // RFC 1995 §3: the client's SOA is part of the question.
      return Optional.of(error(query, Rcode.FORMERR, other("IXFR without an SOA (RFC 1995)")));
    }
    if (!question.rrclass().equals(RRClass.IN)
        || type.equals(RRType.AXFR)
        || type.equals(RRType.IXFR)) {
      return Optional.of(
          error(
              query,
              Rcode.REFUSED,
              notSupported(question.rrclass() + " " + type + " at a resolver")));
    }
    if (type.isMeta() && !type.equals(RRType.ANY)) {
      Rcode rcode = type.equals(RRType.OPT) ? Rcode.FORMERR : Rcode.NOTIMP;
      return Optional.of(error(query, rcode, notSupported("a question for " + type)));
    }
    return Optional.empty();
  }

  private static ExtendedError notSupported(String what) {
    return new ExtendedError(ExtendedError.NOT_SUPPORTED, what);
  }

  private static ExtendedError other(String what) {
    return new ExtendedError(ExtendedError.OTHER, what);
  }

  private Message error(Message query, Rcode rcode, ExtendedError... errors) {
    return envelope(query, rcode, List.of(errors));
  }

  private Message envelope(Message query, Rcode rcode, List<ExtendedError> errors) {
    Message answer = Message.responseTo(query, rcode);
    if (!rcode.equals(Rcode.REFUSED)) {
      answer = answer.with(Flag.RA);
    }
    if (query.questions().size() != 1) {
      answer = answer.withQuestions(List.of());
    }
    if (query.has(Flag.CD)) {
      answer = answer.with(Flag.CD);
    }
    if (query.edns().isEmpty()) {
      return answer;
    }
    Edns edns = Edns.ofSize(config.udpSize());
    if (query.dnssecOk()) {
      edns = edns.withDnssecOk();
    }
    for (ExtendedError error : errors) {
      edns = edns.withError(error);
    }
    return answer.withEdns(edns);
  }

  private Message minimalAny(Message query, Question question) {
    byte[] cpu = "RFC8482".getBytes(StandardCharsets.US_ASCII);
    var data = new byte[cpu.length + 2];
    data[0] = (byte) cpu.length;
    System.arraycopy(cpu, 0, data, 1, cpu.length);
    var hinfo = ResourceRecord.of(question.name(), RRType.HINFO, ANY_TTL, Rdata.of(data));
    return envelope(query, Rcode.NOERROR, List.of())
        .withSections(List.of(hinfo), List.of(), List.of());
  }

  private Message withoutRecursion(Message query, Question question, AccessList.Access access) {
    if (access != AccessList.Access.ALLOWED_WITH_CACHE) {
      return error(query, Rcode.REFUSED, new ExtendedError(ExtendedError.NOT_AUTHORITATIVE, ""))
          .with(Flag.RA);
    }
    Optional<Response> known = engine.known(question, checking(query));
    return known
        .map(response -> compose(query, response))
        .orElseGet(() -> compose(query, engine.referral(question)));
  }

  private Message compose(Message query, Response response) {
    boolean dnssec = query.dnssecOk();
    RRType asked = query.questions().getFirst().type();
    Message envelope = envelope(query, response.rcode(), response.errors());
    boolean checked = !query.has(Flag.CD);
    boolean decided =
        response.rcode().equals(Rcode.NOERROR) || response.rcode().equals(Rcode.NXDOMAIN);
    if (checked
        && decided
        && response.security() == Security.SECURE
        && (dnssec || query.has(Flag.AD))) {
      // RFC 6840 §5.8
      envelope = envelope.with(Flag.AD);
    }
    boolean positive = !response.answer().isEmpty() && response.rcode().equals(Rcode.NOERROR);
    List<RRset> authority = response.authority();
    List<RRset> additional = response.additional();
    if (config.beside() == ServiceConfig.Beside.LEFT_OUT && positive) {
      authority = authority.stream().filter(set -> !set.type().equals(RRType.NS)).toList();
      additional = List.of();
    }
    return envelope.withSections(
        records(response.answer(), dnssec, asked),
        records(authority, dnssec, asked),
        records(additional, dnssec, asked));
  }

  /**
   * Records of DNSSEC only go to those who understand them, or who ask for just them (RFC 4035
   * §3.2.1).
   */
  private static List<ResourceRecord> records(List<RRset> sets, boolean dnssec, RRType asked) {
    var records = new ArrayList<ResourceRecord>();
    for (RRset set : sets) {
      RRType type = set.type();
      boolean special =
          type.equals(RRType.RRSIG) || type.equals(RRType.NSEC) || type.equals(RRType.NSEC3);
      if (dnssec) {
        records.addAll(set.recordsWithSignatures());
      } else if (!special || type.equals(asked) || asked.equals(RRType.ANY)) {
        records.addAll(set.records());
        if (asked.equals(RRType.ANY)) {
          records.addAll(set.signatureRecords());
        }
      }
    }
    return records;
  }
}
