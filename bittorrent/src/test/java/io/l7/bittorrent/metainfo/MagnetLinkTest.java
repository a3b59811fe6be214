package io.l7.bittorrent.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;

class MagnetLinkTest {
  private static final String HASH = "c0fda1edafdbdbb96443424e0b3899af7159d10e";

  @Test
  @Spec("BEP 9")
  void aLinkIsReadAndWrittenAgain() throws Exception {
    var text =
        "magnet:?xt=urn:btih:"
            + HASH
            + "&dn=a%20b&tr=http%3A%2F%2Ft%2Fannounce&x.pe=127.0.0.1%3A6881";
    var link = MagnetLink.parse(text);
    assertThat(link.infoHash()).hasToString(HASH);
    assertThat(link.displayName()).contains("a b");
    assertThat(link.trackers()).containsExactly("http://t/announce");
    assertThat(link.peers()).containsExactly("127.0.0.1:6881");
    assertThat(link).hasToString(text);
  }

  @Test
  void aHashInBase32IsTheSameHash() throws Exception {
    var link = MagnetLink.parse("magnet:?xt=urn:btih:YD62D3NP3PN3SZCDIJHAWOEZV5YVTUIO");
    assertThat(link.infoHash()).hasToString(HASH);
  }

  @Test
  void numberedParametersAreTaken() throws Exception {
    var link = MagnetLink.parse("magnet:?xt.1=urn:btih:" + HASH + "&tr.1=udp://a:1&tr.2=udp://b:2");
    assertThat(link.trackers()).containsExactly("udp://a:1", "udp://b:2");
  }

  @Test
  void aLinkOfVersionTwoAloneIsRefusedByName() {
    assertThatThrownBy(() -> MagnetLink.parse("magnet:?xt=urn:btmh:1220aa"))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void nonsenseIsRefused() {
    for (var text :
        new String[] {
          "magnet:?", "magnet:?xt=urn:btih:12", "http://x", "magnet:?xt=urn:btih:%zz"
        }) {
      assertThatThrownBy(() -> MagnetLink.parse(text)).isInstanceOf(MetainfoException.class);
    }
  }
}
