package io.l7.bittorrent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;

class ExtensionHandshakeTest {
  private static ExtensionHandshake naming(String name, int id) throws WireViolation {
    var m = BencodeWriter.dictionary().put(name, id).build();
    return ExtensionHandshake.decode(BencodeWriter.dictionary().put("m", m).encode());
  }

  /** A name may be as long as a message, and many messages may bring one each. */
  @Test
  @Spec("BEP 10")
  void ofAPeerThatNamesMoreAndMoreExtensionsLittleIsKept() throws Exception {
    var said = naming(ExtensionHandshake.UT_PEX, 7);
    for (int i = 0; i < 200; i++) {
      said = said.and(naming(i + "x".repeat(60_000), 1)).and(naming("name" + i, 1));
    }
    assertThat(said.idOf(ExtensionHandshake.UT_PEX)).contains(7);
    assertThat(said.messages().keySet().stream().mapToInt(String::length).sum())
        .isLessThanOrEqualTo(64 * 64);
  }

  @Test
  @Spec("BEP 10")
  void anExtensionCanBeTurnedOffAndOnAgain() throws Exception {
    var said = naming(ExtensionHandshake.UT_PEX, 7);
    assertThat(said.and(naming(ExtensionHandshake.UT_PEX, 0)).idOf(ExtensionHandshake.UT_PEX))
        .isEmpty();
  }
}
