package io.l7.cli.dns;

import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.zone.Serial;
import java.util.List;

/**
 * Knows the last record of a transfer when it comes, whole (RFC 5936) or incremental (RFC 1995).
 */
final class TransferEnd {
  private final Name zone;
  private final boolean incremental;
  private final long had;
  private long records;
  private long last;
  private int more;

  /** The end of what a query asks for; one of IXFR has the SOA that is there in its authority. */
  TransferEnd(Message query) {
    Question question = query.questions().getFirst();
    zone = question.name();
    incremental = question.type().equals(RRType.IXFR) && !query.authority().isEmpty();
    had = incremental ? Soa.of(query.authority().getFirst().rdata()).serial() : 0;
  }

  /** Whether this message is the last; a refusal is. */
  boolean isReachedBy(Message message) {
    List<ResourceRecord> answer = message.answer();
    if (!message.rcode().equals(Rcode.NOERROR) || answer.isEmpty()) {
      return true;
    }
    answer.forEach(this::take);
    // RFC 1995 §2: the SOA alone says that there is nothing newer
    boolean current = incremental && records == 1 && !Serial.isAfter(last, had);
    return current || more == 0;
  }

  private void take(ResourceRecord record) {
    records++;
    boolean soa = record.type().equals(RRType.SOA) && record.owner().equals(zone);
    long serial = soa ? Soa.of(record.rdata()).serial() : 0;
    if (records == 1) {
      last = serial;
      more = 1;
    } else if (records == 2 && incremental && soa && serial != last) {
      more = 2; // it stands once more before the last additions
    } else if (soa && serial == last) {
      more--;
    }
  }
}
