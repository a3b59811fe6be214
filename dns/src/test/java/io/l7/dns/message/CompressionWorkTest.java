package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What compression costs grows with the message and no faster, whoever has made it. */
class CompressionWorkTest {
  /** Octets of the longest name: each of its suffixes is hashed, and compared with few others. */
  private static final int LOOKS_AN_OCTET = 256;

  /** Where the name of the question is, the root. */
  private static final int ROOT = 12;

  /** Where the data of the first record is, behind a question and ten octets of its own. */
  private static final int DATA = ROOT + 5 + 11;

  @ParameterizedTest
  @EnumSource
  @Spec("RFC 1035 §4.1.4")
  void aMessageOfSixtyKilobytesIsWrittenWithFewLooksAtEachOctet(CrowdedNames names)
      throws Exception {
    Message message =
        Message.responseTo(
                Message.query(1, Question.of(CrowdedNames.OWNER, RRType.NS)), Rcode.NOERROR)
            .withSections(names.records(), List.of(), List.of());
    byte[] wire = MessageWriter.write(message);
    assertThat(wire.length).isBetween(35_000, 65_535);
    assertThat(MessageReader.read(wire).answer()).isEqualTo(message.answer());
    long looks = MessageWriter.looks(message);
    System.out.printf("%s: %d octets, %d looks%n", names, wire.length, looks);
    assertThat(looks).isLessThan((long) LOOKS_AN_OCTET * wire.length);
  }

  /** A message whose second record has an owner that is so many pointers, and then the root. */
  private static byte[] chain(int pointers) {
    var wire = ByteBuffer.allocate(DATA + 2 * pointers + 14);
    wire.putLong(0x0001_8000_0001_0002L).putInt(0);
    wire.put((byte) 0).putShort((short) 1).putShort((short) 1);
    int links = pointers - 1; // in the data of the first record, of which nothing is known
    wire.put((byte) 0).putShort((short) 65_280).putShort((short) 1).putInt(0);
    wire.putShort((short) (2 * links));
    int target = ROOT;
    for (int i = 0; i < links; i++) {
      wire.putShort((short) (0xc000 | target));
      target = DATA + 2 * i;
    }
    wire.putShort((short) (0xc000 | target));
    wire.putShort((short) 1).putShort((short) 1).putInt(0).putShort((short) 4).putInt(0x7f000001);
    return wire.array();
  }

  @Test
  @Spec("RFC 1035 §4.1.4")
  void aNameHasNoMorePointersThanLabels() throws Exception {
    assertThat(MessageReader.read(chain(127)).answer().get(1).owner()).isEqualTo(Name.ROOT);
    for (int pointers : new int[] {128, 8_000}) {
      assertThatThrownBy(() -> MessageReader.read(chain(pointers)))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessage("more pointers than a name has labels");
    }
  }
}
