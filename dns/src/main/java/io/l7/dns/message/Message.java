package io.l7.dns.message;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A DNS message (RFC 1035 §4). The OPT record stands in {@code edns}, not in {@code additional};
 * the rcode is the extended one. A TSIG record, if any, is the last of {@code additional}.
 *
 * @param id 0 to 65,535
 */
public record Message(
    int id,
    Opcode opcode,
    Rcode rcode,
    Flags flags,
    List<Question> questions,
    List<ResourceRecord> answer,
    List<ResourceRecord> authority,
    List<ResourceRecord> additional,
    Optional<Edns> edns) {

  public Message {
    questions = List.copyOf(questions);
    answer = List.copyOf(answer);
    authority = List.copyOf(authority);
    additional = List.copyOf(additional);
  }

  /** A query with one question, no flags and no EDNS. */
  public static Message query(int id, Question question) {
    return new Message(
        id,
        Opcode.QUERY,
        Rcode.NOERROR,
        Flags.NONE,
        List.of(question),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  /** An empty response to {@code query}: QR set, id, opcode, question and RD copied. */
  public static Message responseTo(Message query, Rcode rcode) {
    Flags flags = Flags.of(Flag.QR);
    if (query.has(Flag.RD)) {
      flags = flags.with(Flag.RD);
    }
    return new Message(
        query.id,
        query.opcode,
        rcode,
        flags,
        query.questions,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  public boolean has(Flag flag) {
    return flags.has(flag);
  }

  public boolean isResponse() {
    return flags.has(Flag.QR);
  }

  public boolean dnssecOk() {
    return edns.isPresent() && edns.get().dnssecOk();
  }

  /** The first question, if there is one. */
  public Optional<Question> question() {
    return questions.stream().findFirst();
  }

  /** All records but OPT, section by section. */
  public Stream<ResourceRecord> records() {
    return Stream.of(answer, authority, additional).flatMap(List::stream);
  }

  public Message withId(int other) {
    return new Message(other, opcode, rcode, flags, questions, answer, authority, additional, edns);
  }

  public Message withOpcode(Opcode other) {
    return new Message(id, other, rcode, flags, questions, answer, authority, additional, edns);
  }

  public Message withRcode(Rcode other) {
    return new Message(id, opcode, other, flags, questions, answer, authority, additional, edns);
  }

  public Message withFlags(Flags other) {
    return new Message(id, opcode, rcode, other, questions, answer, authority, additional, edns);
  }

  public Message with(Flag flag) {
    return withFlags(flags.with(flag));
  }

  public Message without(Flag flag) {
    return withFlags(flags.without(flag));
  }

  public Message withQuestions(List<Question> other) {
    return new Message(id, opcode, rcode, flags, other, answer, authority, additional, edns);
  }

  public Message withSections(
      List<ResourceRecord> newAnswer,
      List<ResourceRecord> newAuthority,
      List<ResourceRecord> newAdditional) {
    return new Message(
        id, opcode, rcode, flags, questions, newAnswer, newAuthority, newAdditional, edns);
  }

  public Message withEdns(Edns other) {
    return new Message(
        id, opcode, rcode, flags, questions, answer, authority, additional, Optional.of(other));
  }

  public Message withoutEdns() {
    return new Message(
        id, opcode, rcode, flags, questions, answer, authority, additional, Optional.empty());
  }
}
