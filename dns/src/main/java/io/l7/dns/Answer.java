package io.l7.dns;

import io.l7.dns.cache.Security;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.util.List;

/**
 * What a lookup found.
 *
 * @param records the answer with its aliases, without signatures
 * @param authority SOA and proofs of a denial
 * @param errors why it failed or what is to be said about it (RFC 8914)
 */
public record Answer(
    Question question,
    Rcode rcode,
    List<ResourceRecord> records,
    List<ResourceRecord> authority,
    Security security,
    List<ExtendedError> errors) {
  public Answer {
    records = List.copyOf(records);
    authority = List.copyOf(authority);
    errors = List.copyOf(errors);
  }

  /** The data of the type asked for, at the end of all aliases, in the order of the answer. */
  public List<Rdata> data() {
    return records.stream()
        .filter(record -> record.type().equals(question.type()))
        .map(ResourceRecord::rdata)
        .toList();
  }

  /** Records of one type. */
  public List<ResourceRecord> records(RRType type) {
    return records.stream().filter(record -> record.type().equals(type)).toList();
  }

  /** Whether the name does not exist. */
  public boolean isNameError() {
    return rcode.equals(Rcode.NXDOMAIN);
  }

  /** Whether the name exists without data of the type. */
  public boolean isNoData() {
    return rcode.equals(Rcode.NOERROR) && data().isEmpty();
  }

  /** Whether nothing could be learned: a temporary failure, {@link #why} says why. */
  public boolean isFailure() {
    return !rcode.equals(Rcode.NOERROR) && !rcode.equals(Rcode.NXDOMAIN);
  }

  /** The reason in words. */
  public String why() {
    return errors.isEmpty() ? rcode.toString() : rcode + ": " + errors.getFirst();
  }
}
