package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a set of verified NSEC3 records of one zone proves (RFC 5155 §8). */
final class Nsec3Denial {
  private static final int UNKNOWN_FLAGS = 0xfe;

  private record Link(byte[] owner, Nsec3 nsec3, RRset set) {
    boolean covers(byte[] hash) {
      byte[] next = nsec3.nextHash();
      boolean afterOwner = Arrays.compareUnsigned(hash, owner) > 0;
      boolean beforeNext = Arrays.compareUnsigned(hash, next) < 0;
      // The last record of the chain points back to the first.
      return Arrays.compareUnsigned(owner, next) >= 0
          ? afterOwner || beforeNext
          : afterOwner && beforeNext;
    }

    boolean isDelegation() {
      return nsec3.hasType(RRType.NS) && !nsec3.hasType(RRType.SOA);
    }
  }

  /** What a proof shows. */
  enum Proof {
    /** It holds. */
    PROVEN,
    /** It holds but for an unsigned delegation that opt-out may hide (RFC 5155 §6). */
    OPT_OUT,
    /** It does not hold. */
    NONE
  }

  private record Encloser(Name name, Link closest, Optional<Link> nextCloser) {}

  private final Name zone;
  private final Budget budget;
  private final List<Link> links = new ArrayList<>();
  private final Set<RRset> used = new LinkedHashSet<>();
  private int iterations;
  private byte[] salt = new byte[0];

  Nsec3Denial(Name zone, List<RRset> sets, Budget budget) {
    this.zone = zone;
    this.budget = budget;
    for (RRset set : sets) {
      if (!set.type().equals(RRType.NSEC3) || !set.owner().parent().equals(zone)) {
        continue;
      }
      for (var data : set.rdata()) {
        add(set, new Nsec3(data));
      }
    }
  }

  /**
   * RFC 5155 §8.1, §8.2: unknown algorithms and flags are ignored; all records must share their
   * parameters.
   */
  private void add(RRset set, Nsec3 nsec3) {
    if (nsec3.algorithm() != Nsec3.SHA1 || (nsec3.flags() & UNKNOWN_FLAGS) != 0) {
      return;
    }
    byte[] hash =
        Nsec3Hash.parseLabel(new String(set.owner().label(0), StandardCharsets.ISO_8859_1));
    if (hash.length != nsec3.nextHash().length || hash.length == 0) {
      return;
    }
    if (links.isEmpty()) {
      iterations = nsec3.iterations();
      salt = nsec3.salt();
    } else if (nsec3.iterations() != iterations || !Arrays.equals(nsec3.salt(), salt)) {
      return;
    }
    links.add(new Link(hash, nsec3, set));
  }

  boolean isEmpty() {
    return links.isEmpty();
  }

  int iterations() {
    return iterations;
  }

  private byte[] hash(Name name) throws ResolutionFailure {
    return NameHash.of(name, iterations, salt, budget);
  }

  private Optional<Link> use(Optional<Link> link) {
    link.ifPresent(found -> used.add(found.set));
    return link;
  }

  /** The records that questions so far rested on. */
  List<RRset> used() {
    return List.copyOf(used);
  }

  private Optional<Link> at(Name name) throws ResolutionFailure {
    byte[] hash = hash(name);
    return use(links.stream().filter(link -> Arrays.equals(link.owner, hash)).findFirst());
  }

  private Optional<Link> covering(Name name) throws ResolutionFailure {
    byte[] hash = hash(name);
    return use(links.stream().filter(link -> link.covers(hash)).findFirst());
  }

  /**
   * The closest provable encloser of a name that does not exist (RFC 5155 §8.3); none below a
   * delegation or DNAME.
   */
  private Optional<Encloser> encloser(Name name) throws ResolutionFailure {
    for (int labels = name.labels() - 1; labels >= zone.labels(); labels--) {
      Name candidate = name.last(labels);
      Optional<Link> match = at(candidate);
      if (match.isPresent()) {
        Link link = match.get();
        if (link.nsec3.hasType(RRType.DNAME) || link.isDelegation()) {
          return Optional.empty();
        }
        return Optional.of(new Encloser(candidate, link, covering(name.last(labels + 1))));
      }
    }
    return Optional.empty();
  }

  /** RFC 5155 §8.4. */
  Proof nameError(Name name) throws ResolutionFailure {
    Optional<Encloser> encloser = encloser(name);
    if (encloser.isEmpty() || encloser.get().nextCloser().isEmpty() || at(name).isPresent()) {
      return Proof.NONE;
    }
    if (covering(encloser.get().name().wildcard()).isEmpty()) {
      return Proof.NONE;
    }
    return strength(encloser.get().nextCloser().get());
  }

  private static Proof strength(Link nextCloser) {
    return nextCloser.nsec3.optOut() ? Proof.OPT_OUT : Proof.PROVEN;
  }

  /** RFC 5155 §8.5 to §8.7. */
  Proof noData(Name name, RRType type) throws ResolutionFailure {
    Optional<Link> exact = at(name);
    if (exact.isPresent()) {
      return lacks(exact.get(), name, type) ? Proof.PROVEN : Proof.NONE;
    }
    Optional<Encloser> encloser = encloser(name);
    if (encloser.isEmpty() || encloser.get().nextCloser().isEmpty()) {
      return Proof.NONE;
    }
    Optional<Link> wildcard = at(encloser.get().name().wildcard());
    if (wildcard.isPresent()) {
      return lacks(wildcard.get(), name, type)
          ? strength(encloser.get().nextCloser().get())
          : Proof.NONE;
    }
    // RFC 5155 §8.6: no DS, because the name may be an unsigned delegation that was left out. The
    // same hides an empty
    // non-terminal above such delegations.
    return encloser.get().nextCloser().get().nsec3.optOut() ? Proof.OPT_OUT : Proof.NONE;
  }

  private static boolean lacks(Link link, Name name, RRType type) {
    if (link.nsec3.hasType(type) || link.nsec3.hasType(RRType.CNAME)) {
      return false;
    }
    if (type.equals(RRType.DS)) {
      return !link.nsec3.hasType(RRType.SOA) || name.isRoot();
    }
    return !link.isDelegation();
  }

  /** RFC 5155 §8.8. */
  Proof wildcardAnswer(Name name, Name encloser) throws ResolutionFailure {
    Optional<Link> nextCloser = covering(name.last(encloser.labels() + 1));
    return nextCloser.map(Nsec3Denial::strength).orElse(Proof.NONE);
  }

  /** Whether a record at the name shows a delegation without DS. */
  boolean unsignedDelegation(Name name) throws ResolutionFailure {
    return at(name)
        .filter(link -> link.isDelegation() && !link.nsec3.hasType(RRType.DS))
        .isPresent();
  }
}
