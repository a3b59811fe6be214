package io.l7.dns.message;

import java.util.List;
import java.util.Optional;

/** Redirection of a subtree (RFC 6672). */
public final class Dname {
  private Dname() {}

  /** The CNAME that a DNAME stands for (RFC 6672 §3.1); empty if the name would get too long. */
  public static Optional<RRset> synthesise(Name name, RRset dname, Optional<RRset> given) {
    try {
      Name target = name.replaceEnding(dname.owner(), dname.rdata().getFirst().asName());
      long ttl =
          given
              .filter(set -> set.rdata().getFirst().asName().equals(target))
              .map(RRset::ttl)
              .orElse(dname.ttl());
      return Optional.of(
          RRset.of(name, RRType.CNAME, Math.min(ttl, dname.ttl()), List.of(Rdata.name(target))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether a CNAME leads elsewhere than the DNAME above it: someone put it there. */
  public static boolean contradicts(Name name, RRset dname, Optional<RRset> cname) {
    return cname.isPresent()
        && synthesise(name, dname, Optional.empty())
            .filter(
                made ->
                    made.rdata()
                        .getFirst()
                        .asName()
                        .equals(cname.get().rdata().getFirst().asName()))
            .isEmpty();
  }
}
