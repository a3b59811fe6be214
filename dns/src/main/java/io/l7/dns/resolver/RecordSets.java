package io.l7.dns.resolver;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Message;
import io.l7.dns.message.Mx;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.Nsec3;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.message.Soa;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The well-formed records of a message as sets. Signatures that strayed into another section find
 * the set they cover. One thread.
 */
final class RecordSets {
  private record Covered(Name owner, RRType type) {}

  private final Message message;
  private final Map<Covered, Set<Rdata>> signatures = new HashMap<>();
  private final Optional<ResourceRecord> malformed;

  RecordSets(Message message) {
    this.message = message;
    this.malformed = message.records().filter(record -> !isWellFormed(record)).findFirst();
    message
        .records()
        .filter(record -> record.type().equals(RRType.RRSIG) && isWellFormed(record))
        .forEach(
            record ->
                signatures
                    .computeIfAbsent(
                        new Covered(record.owner(), new Rrsig(record.rdata()).typeCovered()),
                        key -> new LinkedHashSet<>())
                    .add(record.rdata()));
  }

  List<RRset> answer() {
    return signed(message.answer());
  }

  List<RRset> authority() {
    return signed(message.authority());
  }

  /** Addresses beside an answer are not believed for their signatures, so these stay apart. */
  List<RRset> additional() {
    return RRset.group(wellFormed(message.additional()));
  }

  /** A record whose data is not what its type promises; such are left out. */
  Optional<ResourceRecord> malformed() {
    return malformed;
  }

  private List<RRset> signed(List<ResourceRecord> section) {
    return RRset.group(wellFormed(section)).stream()
        .map(
            set -> {
              Set<Rdata> covering = signatures.get(new Covered(set.owner(), set.type()));
              return covering == null ? set : set.withSignatures(List.copyOf(covering));
            })
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
