package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import java.util.List;
import java.util.Optional;

/** What a zone has to say about a name and a type: the cases of RFC 1034 §4.3.2 step 3. */
public sealed interface Finding {
  /**
   * The set asked for, under the name asked for.
   *
   * @param wildcard the closest encloser whose {@code *} child the answer was made from (RFC 4592
   *     §3.3)
   */
  record Answer(RRset set, Optional<Name> wildcard) implements Finding {}

  /** A CNAME stands at the name. */
  record Alias(RRset cname, Optional<Name> wildcard) implements Finding {}

  /** A DNAME stands above the name (RFC 6672 §3.2). */
  record Redirect(RRset dname) implements Finding {}

  /**
   * The name lies at or below a zone cut.
   *
   * @param glue addresses of the name servers that the zone itself holds
   */
  record Referral(RRset ns, Optional<RRset> ds, List<RRset> glue) implements Finding {}

  /**
   * The name exists, the type does not.
   *
   * @param wildcard the closest encloser, when the name itself does not exist but a wildcard does
   */
  record NoData(Optional<Name> wildcard) implements Finding {}

  /** Neither the name nor a wildcard that would make it exists. */
  record NxDomain(Name closestEncloser) implements Finding {}
}
