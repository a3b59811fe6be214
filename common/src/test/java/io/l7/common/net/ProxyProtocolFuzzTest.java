package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.Splits;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import java.io.IOException;

/** Any octets are a header or a {@link WireException}; no name is ever looked up. */
class ProxyProtocolFuzzTest {
  private static String outcome(WireReader in) throws IOException {
    try {
      var client = ProxyProtocol.parse(in);
      return client.map(address -> Endpoint.of(address).toString()).orElse("itself")
          + " then "
          + in.peek();
    } catch (WireException e) {
      return e.getClass().getSimpleName();
    }
  }

  @FuzzTest(maxDuration = "5s")
  void headersAreHeadersOrFaults(byte[] input) throws IOException {
    assertThat(outcome(Splits.dripping(input))).isEqualTo(outcome(Splits.whole(input)));
  }
}
