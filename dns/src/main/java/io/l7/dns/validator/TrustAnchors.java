package io.l7.dns.validator;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where chains of trust begin, and where they are cut short (RFC 4033 §3.1, RFC 7646). */
final class TrustAnchors {
  /** The anchors of one zone. */
  record Anchor(Name zone, List<Ds> ds, List<Dnskey> keys) {}

  private final Map<Name, Anchor> anchors = new HashMap<>();
  private final Set<Name> negative;

  TrustAnchors(List<ResourceRecord> records, Set<Name> negative) {
    this.negative = negative;
    for (ResourceRecord record : records) {
      Anchor anchor =
          anchors.computeIfAbsent(
              record.owner(), zone -> new Anchor(zone, new ArrayList<>(), new ArrayList<>()));
      if (record.type().equals(RRType.DS)) {
        anchor.ds.add(new Ds(record.rdata()));
      } else if (record.type().equals(RRType.DNSKEY)) {
        anchor.keys.add(new Dnskey(record.rdata()));
      }
    }
  }

  /** The anchor that a name hangs from; empty if none does or a negative anchor is nearer. */
  Optional<Anchor> above(Name name) {
    for (int labels = name.labels(); labels >= 0; labels--) {
      Name zone = name.last(labels);
      if (negative.contains(zone)) {
        return Optional.empty();
      }
      Anchor anchor = anchors.get(zone);
      if (anchor != null) {
        return Optional.of(anchor);
      }
    }
    return Optional.empty();
  }
}
