package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private static final Name NAME = Name.parse("www.example.com");

  private static Message bigAnswer(int records) {
    var answer = new ArrayList<ResourceRecord>();
    for (int i = 0; i < records; i++) {
      answer.add(
          ResourceRecord.of(
              Name.parse("n" + i + ".example.com"),
              RRType.A,
              60,
              Rdata.of(new byte[] {10, 0, (byte) (i >> 8), (byte) i})));
    }
    return Message.responseTo(Message.query(7, Question.of(NAME, RRType.A)), Rcode.NOERROR)
        .withSections(answer, List.of(), List.of());
  }

  @Test
  void aMessageComesBackAsItWentOut() throws Exception {
    Message message =
        Message.query(0xbeef, Question.of(NAME, RRType.MX))
            .with(Flag.QR)
            .with(Flag.AD)
            .withRcode(Rcode.BADVERS)
            .withSections(
                List.of(
                    ResourceRecord.of(
                        NAME,
                        RRType.MX,
                        300,
                        new Mx(10, Name.parse("MAIL.example.com")).toRdata())),
                List.of(
                    ResourceRecord.of(
                        Name.parse("example.com"),
                        RRType.SOA,
                        60,
                        new Soa(NAME, Name.parse("a\\.b.example.com"), 4_000_000_000L, 2, 3, 4, 5)
                            .toRdata())),
                List.of())
            .withEdns(
                Edns.ofSize(1232)
                    .withDnssecOk()
                    .withError(new ExtendedError(ExtendedError.DNSSEC_BOGUS, "why")));
    assertThat(MessageReader.read(MessageWriter.write(message))).isEqualTo(message);
  }

  @Test
  void namesAreCompressedAndDataKeepsItsLetters() throws Exception {
    Message message = bigAnswer(200);
    byte[] wire = MessageWriter.write(message);
    assertThat(wire.length).isLessThan(200 * 22 + 33);
    assertThat(MessageReader.read(wire)).isEqualTo(message);
  }

  @Test
  void whatDoesNotFitIsLeftOutByWholeSetsAndTruncationIsSaid() throws Exception {
    byte[] wire = MessageWriter.write(bigAnswer(200).withEdns(Edns.ofSize(1232)), 512);
    assertThat(wire.length).isLessThanOrEqualTo(512);
    Message read = MessageReader.read(wire);
    assertThat(read.has(Flag.TC)).isTrue();
    assertThat(read.edns()).isPresent();
    assertThat(read.answer()).isNotEmpty();
  }

  @Test
  void aPointerForwardsOrToItselfIsRefused() {
    byte[] toItself = HexFormat.of().parseHex("000100000001000000000000" + "c00c" + "00010001");
    assertThatThrownBy(() -> MessageReader.read(toItself))
        .isInstanceOf(MalformedMessageException.class);
    byte[] forwards =
        HexFormat.of().parseHex("000100000001000000000000" + "c010" + "00010001" + "0000");
    assertThatThrownBy(() -> MessageReader.read(forwards))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void countsThatTheOctetsCannotHoldAreRefusedBeforeAnythingIsAllocated() {
    byte[] absurd = HexFormat.of().parseHex("00018180ffffffffffffffff");
    assertThatThrownBy(() -> MessageReader.read(absurd))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("run over");
  }

  @Test
  void aTimeToLiveWithItsSignBitSetCountsAsZero() throws Exception {
    byte[] wire =
        HexFormat.of()
            .parseHex(
                "000184000000000100000000" + "00" + "00010001" + "80000000" + "0004" + "7f000001");
    assertThat(MessageReader.read(wire).answer().getFirst().ttl()).isZero();
  }

  @Test
  void signaturesJoinTheSetTheyCover() {
    Rdata signature = Rdata.of(HexFormat.of().parseHex("0001050200000e10000000000000000000010000"));
    var records =
        List.of(
            ResourceRecord.of(NAME, RRType.RRSIG, 60, signature),
            ResourceRecord.of(NAME, RRType.A, 60, Rdata.of(new byte[] {1, 2, 3, 4})),
            ResourceRecord.of(
                Name.parse("WWW.example.com"), RRType.A, 30, Rdata.of(new byte[] {1, 2, 3, 5})));
    List<RRset> sets = RRset.group(records);
    assertThat(sets).hasSize(1);
    assertThat(sets.getFirst().signatures()).containsExactly(signature);
    assertThat(sets.getFirst().rdata()).hasSize(2);
    assertThat(sets.getFirst().ttl()).isEqualTo(30);
  }
}
