package io.l7.bittorrent.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text is a link or refused, and a link is read as it is written. */
class MagnetLinkFuzzTest {
  @FuzzTest(maxDuration = "5s")
  void aLinkIsReadAsItIsWritten(byte[] in) throws Exception {
    MagnetLink link;
    try {
      link = MagnetLink.parse(new String(in, StandardCharsets.UTF_8));
    } catch (MetainfoException _) {
      return;
    }
    var written = link.toString();
    if (written.length() <= 64 * 1024) {
      assertThat(MagnetLink.parse(written)).isEqualTo(link);
    }
  }
}
