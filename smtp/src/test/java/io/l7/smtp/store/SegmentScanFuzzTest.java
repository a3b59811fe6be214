package io.l7.smtp.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.testkit.Seeded;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever lies in a segment, reading it ends, and finds sound records or names what is damaged.
 */
class SegmentScanFuzzTest {
  private static final int SEGMENT = 1;

  /** Octets as they are: no sum of them is right. */
  @FuzzTest(maxDuration = "5s")
  void anyOctetsAreASegment(byte[] octets) {
    assertThat(SegmentScan.of(octets, SEGMENT).damages())
        .allMatch(
            d -> d.offset() >= 0 && d.length() > 0 && d.offset() + d.length() <= octets.length);
  }

  /** Octets as a payload whose sums are right, as only a defect of ours would write them. */
  @FuzzTest(maxDuration = "5s")
  void anyPayloadIsARecordOrADamage(byte[] payload) {
    for (var type : new int[] {RecordFrame.MAIL, RecordFrame.STATE, RecordFrame.FINAL, 9}) {
      var record =
          RecordFrame.end(
              RecordFrame.begin(type, new MailId(7), payload.length)
                  .raw(payload, 0, payload.length));
      RecordFrame.seal(record, SEGMENT);
      var end = RecordCodec.batchEnd(0);
      RecordFrame.seal(end, SEGMENT);
      var segment = Arrays.copyOf(record, record.length + end.length);
      System.arraycopy(end, 0, segment, record.length, end.length);
      var scan = SegmentScan.of(segment, SEGMENT);
      assertThat(scan.records().size() + scan.damages().size()).isEqualTo(2);
    }
  }

  @Test
  void changedRecordsAreRecordsOrDamages() {
    var bob = Mailbox.of("bob@hamburger.edu");
    var recipient = new Recipient(bob, new Target.Local(bob.canonical()), RcptParameters.NONE);
    var envelope =
        new Envelope(ReversePath.of("a@crepes.fr"), MailParameters.NONE, List.of(recipient));
    var whole = RecordCodec.inlineMail(new MailId(7), envelope, new byte[] {'x', '\n'}, 2);
    var payload = Arrays.copyOfRange(whole, RecordFrame.HEADER, whole.length);
    var random = Seeded.random("changedRecordsAreRecordsOrDamages");
    for (var round = 0; round < 20_000; round++) {
      var changed = payload.clone();
      for (var change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      anyPayloadIsARecordOrADamage(Arrays.copyOf(changed, random.nextInt(changed.length + 1)));
    }
  }
}
