package io.l7.dns.resolver;

import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.ResourceRecord;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Letters of random case in questions, as one more thing a forger must guess
 * (draft-vixie-dnsext-dns0x20).
 */
final class LetterCase {
  private LetterCase() {}

  static Name randomised(Name name, RandomGenerator random) {
    byte[] wire = name.toWire();
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      for (int i = 1; i <= wire[at]; i++) {
        byte letter = wire[at + i];
        boolean isLetter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
        if (isLetter && random.nextBoolean()) {
          wire[at + i] = (byte) (letter ^ 0x20);
        }
      }
    }
    return Name.ofWire(wire);
  }

  /**
   * The response written as the question was meant: names that end in the question's letters do so
   * because servers send them as pointers to it (RFC 1035 §4.1.4).
   */
  static Message restored(Message response, Message query, Question meant) {
    Name sent = query.questions().getFirst().name();
    if (sent.equalsExactly(meant.name())) {
      return response;
    }
    return response.withSections(
        restored(response.answer(), sent, meant.name()),
        restored(response.authority(), sent, meant.name()),
        restored(response.additional(), sent, meant.name()));
  }

  private static List<ResourceRecord> restored(
      List<ResourceRecord> records, Name sent, Name meant) {
    return records.stream()
        .map(
            record ->
                new ResourceRecord(
                    restored(record.owner(), sent, meant),
                    record.type(),
                    record.rrclass(),
                    record.ttl(),
                    RdataLayout.mapNames(
                        record.type(), record.rdata(), name -> restored(name, sent, meant))))
        .toList();
  }

  private static Name restored(Name name, Name sent, Name meant) {
    for (int labels = name.commonLabels(sent); labels > 0; labels--) {
      Name ending = sent.last(labels);
      if (name.last(labels).equalsExactly(ending)) {
        return name.replaceEnding(ending, meant.last(labels));
      }
    }
    return name;
  }
}
