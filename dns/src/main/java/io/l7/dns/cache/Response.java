package io.l7.dns.cache;

import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A response to one question, taken apart into record sets. */
public record Response(
    Rcode rcode,
    List<RRset> answer,
    List<RRset> authority,
    List<RRset> additional,
    Security security,
    List<ExtendedError> errors) {
  public Response {
    answer = List.copyOf(answer);
    authority = List.copyOf(authority);
    additional = List.copyOf(additional);
    errors = List.copyOf(errors);
  }

  public static Response of(
      Rcode rcode, List<RRset> answer, List<RRset> authority, List<RRset> additional) {
    return new Response(rcode, answer, authority, additional, Security.UNCHECKED, List.of());
  }

  /** A failure with its reason. */
  public static Response failure(ExtendedError error) {
    return new Response(
        Rcode.SERVFAIL, List.of(), List.of(), List.of(), Security.INDETERMINATE, List.of(error));
  }

  public Response withSecurity(Security other) {
    return new Response(rcode, answer, authority, additional, other, errors);
  }

  public Response withError(ExtendedError error) {
    return new Response(rcode, answer, authority, additional, security, List.of(error));
  }

  public Response withRcode(Rcode other) {
    return new Response(other, answer, authority, additional, security, errors);
  }

  public Response withSections(
      List<RRset> newAnswer, List<RRset> newAuthority, List<RRset> newAdditional) {
    return new Response(rcode, newAnswer, newAuthority, newAdditional, security, errors);
  }

  /** Every set changed in the same way. */
  public Response map(UnaryOperator<RRset> change) {
    return withSections(
        answer.stream().map(change).toList(),
        authority.stream().map(change).toList(),
        additional.stream().map(change).toList());
  }

  public Stream<RRset> sets() {
    return Stream.of(answer, authority, additional).flatMap(List::stream);
  }

  /** The set of a type at a name in the answer section. */
  public Optional<RRset> answer(Name name, RRType type) {
    return answer.stream()
        .filter(set -> set.type().equals(type) && set.owner().equals(name))
        .findFirst();
  }

  /** Sets of one type in the authority section. */
  public Stream<RRset> authority(RRType type) {
    return authority.stream().filter(set -> set.type().equals(type));
  }

  public boolean isNegative() {
    return rcode.equals(Rcode.NXDOMAIN) || (rcode.equals(Rcode.NOERROR) && answer.isEmpty());
  }

  /** Seconds the whole may be kept: the smallest TTL of answer and authority; for a failure 0. */
  public long ttl() {
    return Stream.concat(answer.stream(), authority.stream()).mapToLong(RRset::ttl).min().orElse(0);
  }
}
