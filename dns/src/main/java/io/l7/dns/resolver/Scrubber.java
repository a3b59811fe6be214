package io.l7.dns.resolver;

import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Message;
import io.l7.dns.message.Mx;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.message.Soa;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps of a response only what the asked server may speak of: the chain of aliases that starts at
 * the question as long as it stays in the server's zone, and the authority and glue that belong to
 * it (RFC 2181 §5.4.1, RFC 5452 §6). Order of records does not matter.
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
    List<RRset> sets = sets(message, message.answer());
    var answer = new ArrayList<RRset>();
    Name last = chain(sets, answer);
    noteDropped("answer", sets, answer);
    Rcode rcode = message.rcode();
    if (rcode.equals(Rcode.YXDOMAIN) && answer.isEmpty()) {
      rcode = Rcode.SERVFAIL;
    }
    boolean answered =
        answer.stream()
            .anyMatch(set -> !set.type().equals(RRType.CNAME) && !set.type().equals(RRType.DNAME));
    List<RRset> authority = authority(message, last, answered);
    List<RRset> additional = additional(message, answer, authority);
    return Response.of(rcode, answer, authority, additional);
  }

  /**
   * Collects the sets from the question's name along aliases; returns the name where the chain
   * ends.
   */
  private Name chain(List<RRset> sets, List<RRset> answer) {
    Name name = question.name();
    var seen = new HashSet<Name>();
    while (name.isSubdomainOf(zone) && seen.add(name) && seen.size() <= MOST_LINKS) {
      Name here = name;
      if (question.type().equals(RRType.ANY)) {
        sets.stream().filter(set -> set.owner().equals(here)).forEach(answer::add);
        if (!answer.isEmpty()) {
          return here;
        }
      }
      Optional<RRset> dname =
          sets.stream()
              .filter(
                  set ->
                      set.type().equals(RRType.DNAME)
                          && here.isBelow(set.owner())
                          && set.owner().isSubdomainOf(zone))
              .findFirst();
      if (dname.isPresent() && !contradicts(here, dname.get(), find(sets, here, RRType.CNAME))) {
        answer.add(dname.get());
        Optional<RRset> made = synthesise(here, dname.get(), find(sets, here, RRType.CNAME));
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
      Optional<RRset> cname = find(sets, here, RRType.CNAME);
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

  /** Whether a CNAME leads elsewhere than the DNAME above it: someone put it there. */
  private static boolean contradicts(Name name, RRset dname, Optional<RRset> cname) {
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

  /** The CNAME that a DNAME stands for (RFC 6672 §3.1); empty if the name would get too long. */
  static Optional<RRset> synthesise(Name name, RRset dname, Optional<RRset> given) {
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

  private static Optional<RRset> find(List<RRset> sets, Name owner, RRType type) {
    return sets.stream()
        .filter(set -> set.type().equals(type) && set.owner().equals(owner))
        .findFirst();
  }

  private List<RRset> authority(Message message, Name last, boolean answered) {
    List<RRset> sets = sets(message, message.authority());
    var kept = new ArrayList<RRset>();
    boolean nameServers = false;
    for (RRset set : sets) {
      if (!AUTHORITY.contains(set.type()) || !set.owner().isSubdomainOf(zone)) {
        continue;
      }
      boolean above = question.name().isSubdomainOf(set.owner()) || last.isSubdomainOf(set.owner());
      if (set.type().equals(RRType.SOA) && !above) {
        continue;
      }
      if (set.type().equals(RRType.NS)) {
        boolean beside =
            answered
                || message.rcode().equals(Rcode.NXDOMAIN)
                || sets.stream().anyMatch(s -> s.type().equals(RRType.SOA));
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

  private List<RRset> additional(Message message, List<RRset> answer, List<RRset> authority) {
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
    List<RRset> sets = RRset.group(wellFormed(message.additional()));
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

  /** The sets of a section; signatures that strayed into another section are found there. */
  private static List<RRset> sets(Message message, List<ResourceRecord> section) {
    return RRset.group(wellFormed(section)).stream()
        .map(set -> set.isSigned() ? set : set.withSignatures(strayed(message, set)))
        .toList();
  }

  private static List<Rdata> strayed(Message message, RRset set) {
    return message
        .records()
        .filter(
            record ->
                record.type().equals(RRType.RRSIG)
                    && isWellFormed(record)
                    && record.owner().equals(set.owner()))
        .filter(record -> new Rrsig(record.rdata()).typeCovered().equals(set.type()))
        .map(ResourceRecord::rdata)
        .toList();
  }

  private static List<ResourceRecord> wellFormed(List<ResourceRecord> records) {
    return records.stream()
        .filter(record -> record.rrclass().equals(RRClass.IN) && isWellFormed(record))
        .toList();
  }

  /** Whether the data is what the type promises, for the types the engine reads. */
  static boolean isWellFormed(ResourceRecord record) {
    Rdata data = record.rdata();
    try {
      switch (record.type().code()) {
        case 1 -> {
          return data.length() == 4;
        }
        case 28 -> {
          return data.length() == 16;
        }
        case 2, 5, 39 -> {
          return data.asName().wireLength() == data.length();
        }
        case 6 -> Soa.of(data);
        case 15 -> Mx.of(data);
        case 43 -> new Ds(data);
        case 46 -> new Rrsig(data);
        case 47 -> new Nsec(data);
        case 48 -> new Dnskey(data);
        case 50 -> new Nsec3(data);
        default -> {
          return true;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
