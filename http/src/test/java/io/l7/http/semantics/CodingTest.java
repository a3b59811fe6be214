package io.l7.http.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Fields;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Spec("RFC 9110 §12.5.3")
class CodingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|GZIP",
        "gzip, br|BROTLI",
        "br;q=0.5, gzip;q=0.8|GZIP",
        "gzip;q=0|IDENTITY",
        "br;q=0, gzip|GZIP",
        "*|BROTLI",
        "identity|IDENTITY",
        "deflate|IDENTITY",
        "x-gzip|GZIP",
        "identity;q=1, gzip;q=0.5|IDENTITY",
        "*;q=0|IDENTITY",
        "gzip;q=x|IDENTITY",
        "GZIP|GZIP",
        "zstd|IDENTITY"
      })
  void theClientsLikingDecidesThenOurOrder(String accept, Coding chosen) {
    assertThat(
            Coding.choose(
                Fields.of("Accept-Encoding", accept),
                Set.of(Coding.BROTLI, Coding.GZIP, Coding.IDENTITY)))
        .isEqualTo(chosen);
  }
}
