package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.ChunkLimits;
import io.l7.common.framing.WireReader;
import io.l7.http.message.Method;
import java.io.ByteArrayInputStream;
import java.io.IOException;

class ResponseParserFuzzTest {
  @FuzzTest(maxDuration = "5s")
  void whateverComesIsAResponseOrAnIoException(byte[] octets) {
    var in = new WireReader(new ByteArrayInputStream(octets));
    try {
      ResponseHead head = new ResponseParser(ClientLimits.defaults()).read(in);
      assertThat(head.status().code()).isBetween(100, 599);
      head.fields().forEach((name, value) -> assertThat(name + value).doesNotContain("\r", "\n"));
      var framing = Framing.of(Method.GET, head.status().code(), head.version(), head.fields());
      if (framing instanceof Framing.Chunked) {
        var content = in.chunked(ChunkLimits.defaults());
        content.drain(octets.length);
        Trailers.of(content);
      }
    } catch (IOException _) {
      // refused, as it may be
    }
  }
}
