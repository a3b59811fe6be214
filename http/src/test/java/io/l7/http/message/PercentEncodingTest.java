package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {
  @Test
  @Spec("RFC 3986 §2.3")
  void unreservedCharactersStayAndEveryOtherOctetIsEncoded() {
    var all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    var encoded = PercentEncoding.of(all);
    assertThat(encoded.replaceAll("%[0-9A-F]{2}", ""))
        .isEqualTo("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    assertThat(encoded).hasSize(66 + 3 * 190).startsWith("%00%01").endsWith("%FE%FF");
  }

  @Test
  void whatIsNamedStaysToo() {
    assertThat(PercentEncoding.of("/größe 1".getBytes(StandardCharsets.UTF_8), "/"))
        .isEqualTo("/gr%C3%B6%C3%9Fe%201");
  }
}
