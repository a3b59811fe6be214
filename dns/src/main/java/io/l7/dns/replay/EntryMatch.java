package io.l7.dns.replay;

import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.resolver.Transport;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a message agrees with an entry, by the words of the entry's MATCH lines. */
final class EntryMatch {
  private static final Set<Flag> FLAGS =
      Set.of(Flag.QR, Flag.AA, Flag.TC, Flag.RD, Flag.RA, Flag.AD, Flag.CD);
  private static final Set<RRType> PROOF = Set.of(RRType.SOA, RRType.NSEC, RRType.NSEC3);

  private EntryMatch() {}

  /** The first thing in which an upstream query differs from what an entry is for. */
  static Optional<String> query(Entry entry, Message query, Transport transport) {
    if (entry.message().questions().isEmpty()
        && entry.match().stream().noneMatch(word -> word.equals("all"))) {
      return Optional.empty();
    }
    return Stream.of(
            check(entry.matches("udp") && transport != Transport.UDP, "not over UDP"),
            check(entry.matches("tcp") && transport != Transport.TCP, "not over TCP"),
            check(entry.matches("do") && !query.dnssecOk(), "DO not set"),
            check(entry.matches("noedns") && query.edns().isPresent(), "has EDNS"),
            words(entry, query))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The first thing in which the answer to the client differs from what is expected. */
  static Optional<String> answer(
      Entry entry, Message answer, Scoring scoring, Scenario.Dialect dialect) {
    Message expected = entry.message();
    Optional<String> error = extendedErrors(entry, answer);
    if (error.isPresent()) {
      return error;
    }
    if (!entry.matches("all")) {
      return words(entry, answer);
    }
    Optional<String> head = head(expected, answer);
    if (head.isPresent()) {
      return head;
    }
    boolean ttl = entry.matches("ttl");
    if (scoring == Scoring.STRICT) {
      return strict(expected, answer, dialect, ttl);
    }
    Optional<String> answers = set("answer", expected.answer(), answer.answer(), ttl);
    return answers.isPresent() || !expected.answer().isEmpty() ? answers : proofs(expected, answer);
  }

  private static Optional<String> strict(
      Message expected, Message answer, Scenario.Dialect dialect, boolean ttl) {
    if (dialect == Scenario.Dialect.UNBOUND) {
      return Stream.of(
              list("answer", expected.answer(), answer.answer(), ttl),
              list("authority", expected.authority(), answer.authority(), ttl),
              list("additional", expected.additional(), answer.additional(), ttl),
              check(expected.edns().isPresent() != answer.edns().isPresent(), "presence of OPT"))
          .flatMap(Optional::stream)
          .findFirst();
    }
    return Stream.of(
            set("answer", expected.answer(), answer.answer(), ttl),
            set("authority", expected.authority(), answer.authority(), ttl),
            set("additional", expected.additional(), answer.additional(), ttl))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> words(Entry entry, Message message) {
    Message expected = entry.message();
    Optional<Question> wanted = expected.question();
    Optional<Question> got = message.question();
    Optional<Name> wantedName = wanted.map(Question::name);
    Optional<Name> gotName = got.map(Question::name);
    boolean all = entry.matches("all");
    boolean question = entry.matches("question") || all;
    boolean ttl = entry.matches("ttl");
    return Stream.of(
            check(
                (entry.matches("opcode") || all) && !expected.opcode().equals(message.opcode()),
                "opcode " + message.opcode()),
            check(
                (entry.matches("qtype") || question)
                    && !wanted.map(Question::type).equals(got.map(Question::type)),
                "qtype differs"),
            check(
                (entry.matches("qname") || question) && !wantedName.equals(gotName),
                "qname differs"),
            check(
                entry.matches("qcase")
                    && !(gotName.isPresent()
                        && wantedName.isPresent()
                        && wantedName.get().equalsExactly(gotName.get())),
                "letters of qname differ"),
            check(
                entry.matches("subdomain")
                    && !(gotName.isPresent()
                        && wantedName.isPresent()
                        && gotName.get().isSubdomainOf(wantedName.get())),
                "qname is not below"),
            check(
                (entry.matches("rcode") || all) && !expected.rcode().equals(message.rcode()),
                "rcode " + message.rcode() + ", expected " + expected.rcode()),
            entry.matches("flags") || all ? flags(expected, message) : Optional.<String>empty(),
            entry.matches("answer") || all
                ? set("answer", expected.answer(), message.answer(), ttl)
                : Optional.<String>empty(),
            entry.matches("authority")
                ? set("authority", expected.authority(), message.authority(), ttl)
                : Optional.<String>empty(),
            entry.matches("additional")
                ? set("additional", expected.additional(), message.additional(), ttl)
                : Optional.<String>empty(),
            entry.matches("ednsdata") ? options(expected, message) : Optional.<String>empty())
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> head(Message expected, Message answer) {
    return Stream.of(
            check(!expected.opcode().equals(answer.opcode()), "opcode " + answer.opcode()),
            check(
                !expected.rcode().equals(answer.rcode()),
                "rcode " + answer.rcode() + ", expected " + expected.rcode()),
            flags(expected, answer),
            check(
                !expected.questions().equals(answer.questions()), "question " + answer.questions()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> flags(Message expected, Message message) {
    for (Flag flag : Flag.values()) {
      if (FLAGS.contains(flag) && expected.has(flag) != message.has(flag)) {
        return Optional.of("flag " + flag + (message.has(flag) ? " is set" : " is not set"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> options(Message expected, Message message) {
    List<?> wanted = expected.edns().map(Edns::options).orElse(List.of());
    List<?> got = message.edns().map(Edns::options).orElse(List.of());
    return check(!wanted.equals(got), "EDNS options " + got);
  }

  private static Optional<String> extendedErrors(Entry entry, Message answer) {
    List<Integer> codes =
        answer.edns().map(Edns::errors).orElse(List.of()).stream()
            .map(error -> error.code())
            .toList();
    for (String wanted : entry.errors()) {
      boolean there =
          wanted.equals("any") ? !codes.isEmpty() : codes.contains(Integer.parseInt(wanted));
      if (!there) {
        return Optional.of("extended errors " + codes + ", expected " + wanted);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> proofs(Message expected, Message answer) {
    Set<ResourceRecord> got = comparable(answer.authority(), false);
    for (ResourceRecord record : expected.authority()) {
      RRType type =
          record.type().equals(RRType.RRSIG)
              ? new Rrsig(record.rdata()).typeCovered()
              : record.type();
      if (PROOF.contains(type) && !got.contains(comparable(record, false))) {
        return Optional.of("authority lacks " + record.owner() + " " + record.type());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> set(
      String section, List<ResourceRecord> expected, List<ResourceRecord> got, boolean ttl) {
    Set<ResourceRecord> wanted = comparable(expected, ttl);
    Set<ResourceRecord> present = comparable(got, ttl);
    for (ResourceRecord record : wanted) {
      if (!present.contains(record)) {
        return Optional.of(section + " lacks " + record);
      }
    }
    for (ResourceRecord record : present) {
      if (!wanted.contains(record)) {
        return Optional.of(section + " has " + record);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> list(
      String section, List<ResourceRecord> expected, List<ResourceRecord> got, boolean ttl) {
    List<ResourceRecord> wanted = expected.stream().map(record -> comparable(record, ttl)).toList();
    List<ResourceRecord> present = got.stream().map(record -> comparable(record, ttl)).toList();
    return check(!wanted.equals(present), section + " differs");
  }

  private static Set<ResourceRecord> comparable(List<ResourceRecord> records, boolean ttl) {
    var set = new HashSet<ResourceRecord>();
    records.forEach(record -> set.add(comparable(record, ttl)));
    return set;
  }

  private static ResourceRecord comparable(ResourceRecord record, boolean ttl) {
    return new ResourceRecord(
        record.owner().toLowerCase(),
        record.type(),
        record.rrclass(),
        ttl ? record.ttl() : 0,
        RdataLayout.canonical(record.type(), record.rdata()));
  }

  private static Optional<String> check(boolean differs, String what) {
    return differs ? Optional.of(what) : Optional.empty();
  }
}
