package io.l7.dns.dnssec;

import io.l7.common.testkit.Conformance;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the ENTRY blocks of the shared signature vectors. */
final class CryptoVectors {
  private CryptoVectors() {}

  record Entry(Name question, List<ResourceRecord> records) {
    List<RRset> sets() {
      return RRset.group(records).stream().filter(s -> !s.type().equals(RRType.RRSIG)).toList();
    }

    ResourceRecord first(RRType type) {
      return records.stream().filter(r -> r.type().equals(type)).findFirst().orElseThrow();
    }
  }

  static Path folder() {
    return Conformance.required("dns").resolve("crypto");
  }

  static List<Entry> read(Path file) throws IOException {
    var entries = new ArrayList<Entry>();
    var question = Name.ROOT;
    var records = new ArrayList<ResourceRecord>();
    boolean inQuestion = false;
    for (String raw : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String line = raw.replaceAll(";.*", "").strip();
      if (line.startsWith("ENTRY_BEGIN")) {
        records = new ArrayList<>();
      } else if (line.startsWith("ENTRY_END")) {
        entries.add(new Entry(question, List.copyOf(records)));
      } else if (line.startsWith("SECTION")) {
        inQuestion = line.endsWith("QUESTION");
      } else if (inQuestion && !line.isEmpty()) {
        question = Name.parse(line.split("\\s+", 2)[0]);
      } else if (!line.isEmpty() && line.contains(".")) {
        // dnsjava reads no algorithm mnemonic in a DS.
        records.add(RecordText.parseRecord(line.replace(" RSASHA1 ", " 5 "), Name.ROOT, 3600));
      }
    }
    return entries;
  }
}
