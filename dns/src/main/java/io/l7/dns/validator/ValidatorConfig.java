package io.l7.dns.validator;

import io.l7.dns.message.Name;
import io.l7.dns.message.ResourceRecord;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How responses are validated.
 *
 * @param anchors DS and DNSKEY records that are believed
 * @param negativeAnchors names at and below which nothing is validated (RFC 7646)
 * @param signatureTime seconds since 1970 against which signatures are held
 * @param nsec3Iterations above which denial counts as insecure (RFC 9276 §3.2)
 */
public record ValidatorConfig(
    List<ResourceRecord> anchors,
    Set<Name> negativeAnchors,
    Arithmetic arithmetic,
    LongSupplier signatureTime,
    Times times,
    Downgrade downgrade,
    int nsec3Iterations) {
  /** Whether the validity interval of signatures counts. */
  public enum Times {
    CHECKED,
    IGNORED
  }

  /** Whether every algorithm of the DS set must have signed the keys (RFC 6840 §5.11 says no). */
  public enum Downgrade {
    ACCEPTED,
    REFUSED
  }

  public ValidatorConfig {
    anchors = List.copyOf(anchors);
    negativeAnchors = Set.copyOf(negativeAnchors);
  }
}
