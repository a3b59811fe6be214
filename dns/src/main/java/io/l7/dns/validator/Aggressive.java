package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers questions from denial records and wildcards already proven (RFC 8198). Safe for all
 * threads.
 */
final class Aggressive {
  private final DenialCache denials;
  private final int mostIterations;

  Aggressive(DenialCache denials, int mostIterations) {
    this.denials = denials;
    this.mostIterations = mostIterations;
  }

  /** A response that the records of {@code zone} prove; empty if they prove nothing. */
  Optional<Response> answer(Question question, Name zone, Budget budget, long now)
      throws ResolutionFailure {
    Optional<RRset> soa = denials.soa(zone, now);
    List<RRset> around = denials.around(zone, question.name(), mostIterations, budget, now);
    if (around.isEmpty() || question.type().equals(RRType.ANY)) {
      return Optional.empty();
    }
    var nsec = new NsecDenial(around);
    var nsec3 = new Nsec3Denial(zone, around, budget);
    Name name = question.name();
    Optional<Rcode> byNsec = denied(nsec, name, question.type());
    if (soa.isPresent() && byNsec.isPresent()) {
      return denial(byNsec.get(), soa.get(), nsec.used());
    }
    Optional<Rcode> byNsec3 = denied(nsec3, name, question.type());
    if (soa.isPresent() && byNsec3.isPresent()) {
      return denial(byNsec3.get(), soa.get(), nsec3.used());
    }
    return wildcard(question, zone, nsec, nsec3, now);
  }

  private static Optional<Rcode> denied(NsecDenial nsec, Name name, RRType type) {
    if (nsec.nameError(name)) {
      return Optional.of(Rcode.NXDOMAIN);
    }
    return nsec.noData(name, type) ? Optional.of(Rcode.NOERROR) : Optional.empty();
  }

  private static Optional<Rcode> denied(Nsec3Denial nsec3, Name name, RRType type)
      throws ResolutionFailure {
    if (nsec3.isEmpty()) {
      return Optional.empty();
    }
    if (nsec3.nameError(name) == Nsec3Denial.Proof.PROVEN) {
      return Optional.of(Rcode.NXDOMAIN);
    }
    return nsec3.noData(name, type) == Nsec3Denial.Proof.PROVEN
        ? Optional.of(Rcode.NOERROR)
        : Optional.empty();
  }

  private static Optional<Response> denial(Rcode rcode, RRset soa, List<RRset> proofs) {
    var authority = new ArrayList<RRset>();
    authority.add(soa);
    authority.addAll(proofs);
    // RFC 8198 §5.4: no longer than any record it rests on.
    long ttl = authority.stream().mapToLong(RRset::ttl).min().orElse(0);
    List<RRset> bounded =
        authority.stream().map(set -> set.withTtl(Math.min(ttl, set.ttl()))).toList();
    return Optional.of(
        Response.of(rcode, List.of(), bounded, List.of()).withSecurity(Security.SECURE));
  }

  /** RFC 8198 §5.3: a wildcard seen before, where nothing closer exists. */
  private Optional<Response> wildcard(
      Question question, Name zone, NsecDenial nsec, Nsec3Denial nsec3, long now)
      throws ResolutionFailure {
    for (int labels = question.name().labels() - 1; labels >= zone.labels(); labels--) {
      Name encloser = question.name().last(labels);
      Optional<RRset> set =
          denials
              .wildcard(encloser, question.type(), now)
              .or(() -> denials.wildcard(encloser, RRType.CNAME, now));
      if (set.isEmpty()) {
        continue;
      }
      boolean byNsec = nsec.wildcardAnswer(question.name(), encloser);
      boolean byNsec3 =
          !byNsec
              && !nsec3.isEmpty()
              && nsec3.wildcardAnswer(question.name(), encloser) == Nsec3Denial.Proof.PROVEN;
      if (byNsec || byNsec3) {
        List<RRset> answer = List.of(set.get().withOwner(question.name()));
        List<RRset> proofs = byNsec ? nsec.used() : nsec3.used();
        return Optional.of(
            Response.of(Rcode.NOERROR, answer, proofs, List.of()).withSecurity(Security.SECURE));
      }
    }
    return Optional.empty();
  }
}
