package io.l7.dns.resolver;

import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dname;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Message;
import io.l7.dns.message.Mx;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps of a response only what the asked server may speak of: the chain of aliases that starts at
 * the question as long as it stays in the server's zone, and the authority and glue that belong to
 * it (RFC 2181 §5.4.1, RFC 5452 §6). Order of records does not matter. What a chain says beyond the
 * zone is kept as long as it is signed: whoever goes on from there must see it proven.
 */
final class Scrubber {
  private static final Set<RRType> AUTHORITY =
      Set.of(RRType.NS, RRType.SOA, RRType.DS, RRType.NSEC, RRType.NSEC3);

  /** More links than this in one response are cut off; the rest is asked for again. */
  private static final int MOST_LINKS = 16;

  /** How name server records beside an answer are taken. */
  enum Promiscuous {
    DROPPED,
    KEPT
  }

  /** Where the names of glue may lie. */
  enum Glue {
    IN_ZONE,
    ANYWHERE
  }

  private final Name zone;
  private final Question question;
  private final Promiscuous promiscuous;
  private final Glue glue;
  private final Trace trace;

  Scrubber(Name zone, Question question, Promiscuous promiscuous, Glue glue, Trace trace) {
    this.glue = glue;
    this.zone = zone;
    this.question = question;
    this.promiscuous = promiscuous;
    this.trace = trace;
  }

  Response scrub(Message message) {
    var records = new RecordSets(message);
    List<RRset> sets = records.answer();
    var answer = new ArrayList<RRset>();
    Name last = chain(sets, answer);
    noteDropped("answer", sets, answer);
    Rcode rcode = message.rcode();
    if (rcode.equals(Rcode.YXDOMAIN) && answer.isEmpty()) {
      rcode = Rcode.SERVFAIL;
    }
    boolean answered = answer.stream().anyMatch(set -> !isAlias(set));
    List<RRset> authority = authority(records, rcode, last, answered);
    List<RRset> additional = additional(records, answer, authority);
    Response scrubbed = Response.of(rcode, answer, authority, additional);
    return records
        .malformed()
        .map(
            record ->
                scrubbed.withError(
                    new ExtendedError(
                        ExtendedError.OTHER,
                        "malformed data of " + record.owner() + " " + record.type() + " left out")))
        .orElse(scrubbed);
  }

  private static boolean isAlias(RRset set) {
    return set.type().equals(RRType.CNAME) || set.type().equals(RRType.DNAME);
  }

  /** Whether the server may speak of a set: its own, or one that can prove itself. */
  private boolean mayStand(RRset set) {
    return set.owner().isSubdomainOf(zone) || set.isSigned();
  }

  /**
   * Collects the sets from the question's name along aliases; returns the name where the chain
   * ends.
   */
  private Name chain(List<RRset> sets, List<RRset> answer) {
    Name name = question.name();
    var seen = new HashSet<Name>();
    while (seen.add(name) && seen.size() <= MOST_LINKS) {
      Name here = name;
      if (question.type().equals(RRType.ANY)) {
        sets.stream()
            .filter(set -> set.owner().equals(here) && here.isSubdomainOf(zone))
            .forEach(answer::add);
        if (!answer.isEmpty()) {
          return here;
        }
      }
      Optional<RRset> cname = find(sets, here, RRType.CNAME);
      Optional<RRset> dname =
          sets.stream()
              .filter(
                  set ->
                      set.type().equals(RRType.DNAME) && here.isBelow(set.owner()) && mayStand(set))
              .findFirst();
      boolean contradicted = dname.isPresent() && Dname.contradicts(here, dname.get(), cname);
      if (contradicted && dname.get().isSigned()) {
        // Someone changed the alias on the way; the redirection itself may still be proven.
        answer.add(dname.get());
      }
      if (dname.isPresent() && !contradicted) {
        answer.add(dname.get());
        Optional<RRset> made = Dname.synthesise(here, dname.get(), cname);
        if (made.isEmpty()) {
          return here;
        }
        answer.add(made.get());
        if (question.type().equals(RRType.CNAME)) {
          return here;
        }
        name = made.get().rdata().getFirst().asName();
        continue;
      }
      Optional<RRset> wanted = find(sets, here, question.type());
      if (wanted.isPresent()) {
        answer.add(wanted.get());
        return here;
      }
      if (cname.isEmpty()) {
        return here;
      }
      // RFC 2181 §10.1: one CNAME; of several the first counts.
      answer.add(withFirstOnly(cname.get()));
      name = cname.get().rdata().getFirst().asName();
    }
    return name;
  }

  private static RRset withFirstOnly(RRset set) {
    return set.rdata().size() == 1
        ? set
        : new RRset(
            set.owner(),
            set.type(),
            set.rrclass(),
            set.ttl(),
            List.of(set.rdata().getFirst()),
            set.signatures());
  }

  private Optional<RRset> find(List<RRset> sets, Name owner, RRType type) {
    return sets.stream()
        .filter(set -> set.type().equals(type) && set.owner().equals(owner) && mayStand(set))
        .findFirst();
  }

  private List<RRset> authority(RecordSets records, Rcode rcode, Name last, boolean answered) {
    List<RRset> sets = records.authority();
    boolean beyond = !last.isSubdomainOf(zone);
    boolean beside =
        answered
            || rcode.equals(Rcode.NXDOMAIN)
            || sets.stream().anyMatch(set -> set.type().equals(RRType.SOA));
    var kept = new ArrayList<RRset>();
    boolean nameServers = false;
    for (RRset set : sets) {
      boolean inside = set.owner().isSubdomainOf(zone);
      boolean above = question.name().isSubdomainOf(set.owner()) || last.isSubdomainOf(set.owner());
      boolean proof = beyond && set.isSigned() && !set.type().equals(RRType.NS);
      if (!AUTHORITY.contains(set.type()) || !(inside || proof)) {
        continue;
      }
      if (set.type().equals(RRType.SOA) && !above) {
        continue;
      }
      if (set.type().equals(RRType.NS)) {
        if (!above || nameServers || (beside && promiscuous == Promiscuous.DROPPED)) {
          continue;
        }
        nameServers = true;
      }
      kept.add(set);
    }
    noteDropped("authority", sets, kept);
    return kept;
  }

  private List<RRset> additional(RecordSets records, List<RRset> answer, List<RRset> authority) {
    var targets = new HashSet<Name>();
    for (List<RRset> section : List.of(answer, authority)) {
      for (RRset set : section) {
        if (set.type().equals(RRType.NS)) {
          set.rdata().forEach(data -> targets.add(data.asName()));
        } else if (set.type().equals(RRType.MX)) {
          set.rdata().forEach(data -> targets.add(Mx.of(data).exchange()));
        }
      }
    }
    List<RRset> sets = records.additional();
    List<RRset> kept =
        sets.stream()
            .filter(set -> set.type().equals(RRType.A) || set.type().equals(RRType.AAAA))
            .filter(
                set ->
                    targets.contains(set.owner())
                        && (glue == Glue.ANYWHERE || set.owner().isSubdomainOf(zone)))
            .toList();
    noteDropped("additional", sets, kept);
    return kept;
  }

  private void noteDropped(String section, List<RRset> all, List<RRset> kept) {
    for (RRset set : all) {
      if (kept.stream()
          .noneMatch(
              other -> other.owner().equals(set.owner()) && other.type().equals(set.type()))) {
        trace.note(
            Reason.SCRUB,
            () ->
                set.owner()
                    + " "
                    + set.type()
                    + " in "
                    + section
                    + " does not belong to the question below "
                    + zone);
      }
    }
  }
}
