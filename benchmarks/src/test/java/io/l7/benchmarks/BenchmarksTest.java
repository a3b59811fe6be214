package io.l7.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.http.message.Method;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is measured does what it says: a benchmark of a mistake is fast. */
class BenchmarksTest {
  @Test
  void everyFramingSeesTheContentThatWasSent() throws IOException {
    var framings = new FramingBenchmark();
    for (int i = 0; i < 3; i++) {
      assertThat(framings.line()).isEqualTo(100 * 48);
      assertThat(framings.dotBlock()).isEqualTo(framings.dotStuff());
      assertThat(framings.chunked()).isEqualTo(64 * 1024);
      assertThat(framings.frame16()).isEqualTo(100 * 120);
      assertThat(framings.frame32()).isEqualTo(16 * 1024);
    }
  }

  @Test
  void everyHeadIsUnderstood() throws Exception {
    var parser = new RequestParserBenchmark();
    assertThat(parser.small().method()).isEqualTo(Method.GET);
    assertThat(parser.small().authority()).isEqualTo("127.0.0.1:8080");
    assertThat(parser.browser().fields().size()).isEqualTo(13);
  }

  @Test
  void theFixedAnswerComesOncePerRequest() throws IOException {
    try (var server = FixedAnswer.start(new Endpoint("127.0.0.1", 0), 5);
        var client = Dialer.over(Network.real()).dial(server.address())) {
      client.out().latin1("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3));
      client.out().flush();
      var expected =
          ("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                  + "Content-Length: 5\r\n\r\nxxxxx")
              .repeat(3);
      var answers = new byte[expected.length()];
      client.in().readFully(answers);
      assertThat(new String(answers, StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
  }
}
