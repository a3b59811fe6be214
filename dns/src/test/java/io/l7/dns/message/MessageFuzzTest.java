package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class MessageFuzzTest {
  /** Whatever the octets: a message or a refusal, and a message can be written and read again. */
  @FuzzTest(maxDuration = "5s")
  void everyInputIsAMessageOrRefused(byte[] wire) throws Exception {
    Message message;
    try {
      message = MessageReader.read(wire);
    } catch (MalformedMessageException e) {
      return;
    }
    MessageReader.read(MessageWriter.write(message, MessageWriter.MAX_OCTETS));
    assertThat(message.records().map(ResourceRecord::toString)).doesNotContainNull();
  }
}
