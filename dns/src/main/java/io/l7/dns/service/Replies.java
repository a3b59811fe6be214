package io.l7.dns.service;

import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Edns;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import java.util.ArrayList;
import java.util.List;

/** What the resolver found, or was told to say, as a message to a client. */
final class Replies {
  private final ServiceConfig config;

  Replies(ServiceConfig config) {
    this.config = config;
  }

  Message locally(
      Message query, Rcode rcode, List<ExtendedError> errors, List<ResourceRecord> answer) {
    return envelope(query, rcode, errors)
        .with(Flag.AA)
        .with(Flag.RA)
        .withSections(answer, List.of(), List.of());
  }

  Message error(Message query, Rcode rcode, ExtendedError... errors) {
    return envelope(query, rcode, List.of(errors));
  }

  Message envelope(Message query, Rcode rcode, List<ExtendedError> errors) {
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

  Message compose(Message query, Response response) {
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
  static List<ResourceRecord> records(List<RRset> sets, boolean dnssec, RRType asked) {
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
