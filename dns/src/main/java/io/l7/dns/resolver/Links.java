package io.l7.dns.resolver;

import io.l7.dns.cache.Response;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a response with a chain of aliases apart, so that each name has a response of its own. */
final class Links {
  private Links() {}

  /** How far what a response says beyond its first link may be believed. */
  enum Standing {
    /** It lies in the zone of the server that said it. */
    IN_ZONE,
    /** It lies elsewhere, so only its signatures can speak for it. */
    BEYOND
  }

  /** What a response says of the target of its first alias. */
  record Rest(Response response, Standing standing) {}

  /**
   * The first link and what the same response says of the alias's target.
   *
   * @param rest empty if the response has no more to say
   */
  record Split(Response first, Optional<Rest> rest) {}

  static Split split(Question question, Response response, Name zone) {
    Optional<Name> target = target(question, response);
    if (target.isEmpty()) {
      return new Split(within(zone, response), Optional.empty());
    }
    var first = new ArrayList<RRset>();
    var rest = new ArrayList<RRset>();
    boolean past = false;
    for (RRset set : response.answer()) {
      (past ? rest : first).add(set);
      past |= set.type().equals(RRType.CNAME) && set.owner().equals(question.name());
    }
    List<RRset> denials =
        denials(response).stream().filter(set -> set.owner().isSubdomainOf(zone)).toList();
    Response link = response.withRcode(Rcode.NOERROR).withSections(first, denials, List.of());
    boolean hasSoa = response.authority(RRType.SOA).findAny().isPresent();
    boolean says = !rest.isEmpty() || response.rcode().equals(Rcode.NXDOMAIN) || hasSoa;
    if (!says) {
      return new Split(link, Optional.empty());
    }
    var standing = target.get().isSubdomainOf(zone) ? Standing.IN_ZONE : Standing.BEYOND;
    Response more =
        Response.of(response.rcode(), rest, response.authority(), response.additional());
    return new Split(link, Optional.of(new Rest(more, standing)));
  }

  /** A response without proofs of other zones, which belong to a chain that nobody goes on with. */
  private static Response within(Name zone, Response response) {
    return response.authority().stream().allMatch(set -> set.owner().isSubdomainOf(zone))
        ? response
        : response.withSections(
            response.answer(),
            response.authority().stream().filter(set -> set.owner().isSubdomainOf(zone)).toList(),
            response.additional());
  }

  /** Where an alias in the answer leads, if it is not itself what was asked for. */
  static Optional<Name> target(Question question, Response response) {
    if (question.type().equals(RRType.CNAME) || question.type().equals(RRType.ANY)) {
      return Optional.empty();
    }
    if (response.answer(question.name(), question.type()).isPresent()) {
      return Optional.empty();
    }
    return response
        .answer(question.name(), RRType.CNAME)
        .map(set -> set.rdata().getFirst().asName());
  }

  /** The denial records of the authority section, which a wildcard's alias needs. */
  static List<RRset> denials(Response response) {
    return response.authority().stream()
        .filter(set -> set.type().equals(RRType.NSEC) || set.type().equals(RRType.NSEC3))
        .toList();
  }
}
