package io.l7.dns.resolver;

import io.l7.dns.cache.Response;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.util.List;
import java.util.Optional;

/**
 * What a scrubbed response means for the one who asked.
 *
 * @param why in words, for the explanation
 */
record Reading(Kind kind, Response response, Authoritative authoritative, String why) {
  enum Kind {
    /** Positive, an alias, NODATA or NXDOMAIN: the end of this question. */
    FINAL,
    /** Servers further down. */
    REFERRAL,
    /** Neither data nor a reason why there is none. */
    EMPTY,
    /** The server does not know this zone. */
    LAME,
    /** The server answered from elsewhere or only does so for recursion. */
    NOT_AUTHORITATIVE,
    /** Of no use; another server may do better. */
    USELESS
  }

  /** Whether AA was set. */
  enum Authoritative {
    YES,
    NO
  }

  static Reading of(Message message, Response response, Question question, DelegationPoint point) {
    var authoritative = message.has(Flag.AA) ? Authoritative.YES : Authoritative.NO;
    Rcode rcode = response.rcode();
    if (rcode.equals(Rcode.NXDOMAIN)) {
      return new Reading(Kind.FINAL, response, authoritative, "no such name");
    }
    if (rcode.equals(Rcode.YXDOMAIN) && !response.answer().isEmpty()) {
      return new Reading(Kind.FINAL, response, authoritative, "alias makes a name too long");
    }
    if (!rcode.equals(Rcode.NOERROR)) {
      return new Reading(Kind.USELESS, response, authoritative, "rcode " + rcode);
    }
    if (!response.answer().isEmpty()) {
      return answer(message, response, authoritative, point);
    }
    return empty(message, response, question, point, authoritative);
  }

  private static Reading answer(
      Message message, Response response, Authoritative authoritative, DelegationPoint point) {
    if (authoritative == Authoritative.NO && !point.isForward() && message.has(Flag.RA)) {
      return new Reading(
          Kind.NOT_AUTHORITATIVE,
          response,
          authoritative,
          "a recursive answer instead of an authoritative one");
    }
    return new Reading(Kind.FINAL, response, authoritative, "answer");
  }

  /** A referral in answer to the question for the DS itself: the parent has said what it knows. */
  private static Reading atCut(Response response, Name cut, Authoritative authoritative) {
    List<RRset> ds = response.authority(RRType.DS).filter(set -> set.owner().equals(cut)).toList();
    List<RRset> rest =
        response.authority().stream()
            .filter(set -> !set.type().equals(RRType.DS) && !set.type().equals(RRType.NS))
            .toList();
    String why = ds.isEmpty() ? "no such data" : "answer in a referral";
    return new Reading(Kind.FINAL, response.withSections(ds, rest, List.of()), authoritative, why);
  }

  private static Reading empty(
      Message message,
      Response response,
      Question question,
      DelegationPoint point,
      Authoritative authoritative) {
    Name name = question.name();
    if (message.authority().isEmpty() && !point.isForward()) {
      return message.has(Flag.RA) && authoritative == Authoritative.NO
          ? new Reading(
              Kind.NOT_AUTHORITATIVE, response, authoritative, "a recursive server with nothing")
          : new Reading(Kind.EMPTY, response, authoritative, "nothing, and no reason given");
    }
    Optional<RRset> soa = response.authority(RRType.SOA).findFirst();
    if (soa.isPresent() && name.isSubdomainOf(soa.get().owner())) {
      return new Reading(Kind.FINAL, response, authoritative, "no such data");
    }
    Optional<RRset> ns = response.authority(RRType.NS).findFirst();
    if (ns.isPresent() && name.isSubdomainOf(ns.get().owner())) {
      Name cut = ns.get().owner();
      if (point.isForward()) {
        return new Reading(Kind.FINAL, response, authoritative, "no such data");
      }
      if (cut.isBelow(point.zone())) {
        boolean dsAtCut = question.type().equals(RRType.DS) && name.equals(cut);
        return dsAtCut
            ? atCut(response, cut, authoritative)
            : new Reading(Kind.REFERRAL, response, authoritative, "referral to " + cut);
      }
      if (cut.equals(point.zone())) {
        return authoritative == Authoritative.YES
            ? new Reading(Kind.FINAL, response, authoritative, "no such data")
            : new Reading(Kind.LAME, response, authoritative, "referral to the zone asked about");
      }
      return new Reading(Kind.LAME, response, authoritative, "referral upwards to " + cut);
    }
    if (!point.isForward()
        && message.authority().stream()
            .anyMatch(
                r ->
                    r.type().equals(RRType.NS)
                        && !r.owner().isBelow(point.zone())
                        && point.zone().isBelow(r.owner()))) {
      return new Reading(Kind.LAME, response, authoritative, "referral upwards");
    }
    if (point.isForward() || authoritative == Authoritative.YES) {
      return new Reading(Kind.FINAL, response, authoritative, "no such data");
    }
    if (message.has(Flag.RA)) {
      return new Reading(
          Kind.NOT_AUTHORITATIVE, response, authoritative, "a recursive server with nothing");
    }
    return new Reading(Kind.FINAL, response, authoritative, "nothing, and no reason given");
  }
}
