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

  /**
   * The first link and what the same response says of the alias's target.
   *
   * @param rest empty if the response has no more to say
   */
  record Split(Response first, Optional<Response> rest) {}

  static Split split(Question question, Response response, Name zone) {
    Optional<Name> target = target(question, response);
    if (target.isEmpty()) {
      return new Split(response, Optional.empty());
    }
    var first = new ArrayList<RRset>();
    var rest = new ArrayList<RRset>();
    boolean past = false;
    for (RRset set : response.answer()) {
      (past ? rest : first).add(set);
      past |= set.type().equals(RRType.CNAME) && set.owner().equals(question.name());
    }
    Response link = Response.of(Rcode.NOERROR, first, denials(response), List.of());
    boolean hasSoa = response.authority(RRType.SOA).findAny().isPresent();
    boolean says = !rest.isEmpty() || response.rcode().equals(Rcode.NXDOMAIN) || hasSoa;
    if (!says || !target.get().isSubdomainOf(zone)) {
      return new Split(link, Optional.empty());
    }
    return new Split(
        link,
        Optional.of(
            Response.of(response.rcode(), rest, response.authority(), response.additional())));
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
