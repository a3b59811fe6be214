package io.l7.dns.validator;

import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a set of verified NSEC records of one zone proves (RFC 4035 §5.4, RFC 6840 §4). */
final class NsecDenial {
  private record Link(Name owner, Nsec nsec, RRset set) {
    Name next() {
      return nsec.next();
    }

    /**
     * Whether this record says that nothing lies at {@code name}; never by an ancestor that
     * delegates (RFC 6840 §4.1).
     */
    boolean covers(Name name) {
      if (name.equals(owner) || name.equals(next())) {
        return false;
      }
      if (name.isBelow(owner) && (isDelegation() || nsec.hasType(RRType.DNAME))) {
        return false;
      }
      boolean afterOwner = name.compareTo(owner) > 0;
      // The last record of the zone points back to its apex, which sorts before everything below
      // it.
      return owner.compareTo(next()) >= 0
          ? afterOwner && name.isSubdomainOf(next())
          : afterOwner && name.compareTo(next()) < 0;
    }

    boolean isDelegation() {
      return nsec.hasType(RRType.NS) && !nsec.hasType(RRType.SOA);
    }
  }

  private final List<Link> links;
  private final Set<RRset> used = new LinkedHashSet<>();

  NsecDenial(List<RRset> sets) {
    this.links =
        sets.stream()
            .filter(set -> set.type().equals(RRType.NSEC))
            .map(set -> new Link(set.owner(), new Nsec(set.rdata().getFirst()), set))
            .toList();
  }

  boolean isEmpty() {
    return links.isEmpty();
  }

  private Optional<Link> use(Optional<Link> link) {
    link.ifPresent(found -> used.add(found.set));
    return link;
  }

  /** The records that questions so far rested on. */
  List<RRset> used() {
    return List.copyOf(used);
  }

  private Optional<Link> at(Name name) {
    return use(links.stream().filter(link -> link.owner.equals(name)).findFirst());
  }

  private Optional<Link> covering(Name name) {
    return use(links.stream().filter(link -> link.covers(name)).findFirst());
  }

  /**
   * The closest encloser that a covering record betrays: the longest part shared with either end.
   */
  private static Name encloser(Name name, Link covering) {
    int labels = Math.max(name.commonLabels(covering.owner), name.commonLabels(covering.next()));
    return name.last(labels);
  }

  /** Proves that the name does not exist and no wildcard could stand in for it. */
  boolean nameError(Name name) {
    Optional<Link> covering = covering(name);
    if (covering.isEmpty() || covering.get().next().isBelow(name)) {
      return false;
    }
    Name wildcard = encloser(name, covering.get()).wildcard();
    return covering(wildcard).filter(link -> !link.next().isBelow(wildcard)).isPresent();
  }

  /** Proves that the name exists without data of the type. */
  boolean noData(Name name, RRType type) {
    Optional<Link> exact = at(name);
    if (exact.isPresent()) {
      return lacks(exact.get(), type);
    }
    Optional<Link> covering = covering(name);
    if (covering.isEmpty()) {
      return false;
    }
    if (covering.get().next().isBelow(name)) {
      // An empty non-terminal: something lies below it.
      return true;
    }
    Name wildcard = encloser(name, covering.get()).wildcard();
    Optional<Link> source = at(wildcard);
    // RFC 4592 §2.2.2: a wildcard that is an empty non-terminal itself has no data to give.
    return source.isPresent()
        ? lacks(source.get(), type)
        : covering(wildcard).filter(link -> link.next().isBelow(wildcard)).isPresent();
  }

  private static boolean lacks(Link link, RRType type) {
    if (link.nsec.hasType(type) || link.nsec.hasType(RRType.CNAME)) {
      return false;
    }
    if (type.equals(RRType.DS)) {
      // The child's apex cannot speak for the parent; only the root has no parent.
      return !link.nsec.hasType(RRType.SOA) || link.owner.isRoot();
    }
    // A parent's record at a cut says nothing of the child's data.
    return !link.isDelegation();
  }

  /**
   * Proves that a set made from the wildcard below {@code encloser} was rightly made: nothing
   * closer exists.
   */
  boolean wildcardAnswer(Name name, Name encloser) {
    Optional<Link> covering = covering(name);
    return covering.isPresent() && encloser(name, covering.get()).equals(encloser);
  }

  /** Whether a record at the name shows a delegation without DS. */
  boolean unsignedDelegation(Name name) {
    return at(name)
        .filter(link -> link.isDelegation() && !link.nsec.hasType(RRType.DS))
        .isPresent();
  }
}
