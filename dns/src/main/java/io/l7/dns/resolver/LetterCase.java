package io.l7.dns.resolver;

import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
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
   * The response with owners that echo the question's letters written as the question was meant.
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
        .map(record -> record.withOwner(restored(record.owner(), sent, meant)))
        .toList();
  }

  private static Name restored(Name owner, Name sent, Name meant) {
    int labels = owner.labels();
    boolean echo = labels > 0 && labels <= sent.labels() && owner.equalsExactly(sent.last(labels));
    return echo ? meant.last(labels) : owner;
  }
}
