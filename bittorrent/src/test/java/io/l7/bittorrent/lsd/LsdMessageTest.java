package io.l7.bittorrent.lsd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsdMessageTest {
  private static final String ONE = "0123456789abcdef0123456789abcdef01234567";
  private static final String TWO = "89abcdef0123456789abcdef0123456789abcdef";

  private static Optional<LsdMessage> parse(String text) {
    var datagram = text.getBytes(ISO_8859_1);
    return LsdMessage.parse(datagram, datagram.length);
  }

  @Test
  @Spec("BEP 14")
  void anAnnounceIsWrittenAsTheStandardHasIt() {
    var message =
        new LsdMessage(
            6881, List.of(InfoHash.parse(ONE), InfoHash.parse(TWO)), Optional.of("1a2b"));
    assertThat(new String(message.encode("239.192.152.143:6771"), ISO_8859_1))
        .isEqualTo(
            "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: "
                + ONE
                + "\r\nInfohash: "
                + TWO
                + "\r\ncookie: 1a2b\r\n\r\n\r\n");
  }

  /** As libtorrent, aria2 and others write it: any case, any order, fields of their own. */
  @Test
  @Spec("BEP 14")
  void anAnnounceIsReadWhateverElseIsInIt() {
    var text =
        "BT-SEARCH * HTTP/1.1\r\ncookie: x\r\nX-New: a: b\r\nINFOHASH: "
            + ONE.toUpperCase(Locale.ROOT)
            + "\r\ninfohash:"
            + TWO
            + "\r\nInfohash: "
            + ONE
            + "\r\nInfohash: abc\r\nport: 51413\r\n\r\nInfohash: behind";
    assertThat(parse(text))
        .contains(
            new LsdMessage(
                51413, List.of(InfoHash.parse(ONE), InfoHash.parse(TWO)), Optional.of("x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "BT-SEARCH",
        "M-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nInfohash: " + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: " + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: " + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: -1\r\nInfohash: " + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 6881\r\nInfohash: g" + ONE + "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 6881\r\n\r\nInfohash: " + ONE + "\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 6881\r\nInfohash " + ONE + "\r\n\r\n"
      })
  void whatIsOfNoUseIsNoAnnounce(String text) {
    assertThat(parse(text)).isEmpty();
  }

  @Test
  @Spec("BEP 14")
  void asManyAsAreAnnouncedTogetherFitADatagram() {
    int most = LsdLimits.DEFAULT.hashes();
    var message =
        new LsdMessage(
            65_535, Collections.nCopies(most, InfoHash.parse(ONE)), Optional.of("12345678"));
    assertThat(message.encode("[ff15::efc0:988f]:6771").length).isBetween(1_300, 1_400);
  }

  @FuzzTest(maxDuration = "5s")
  void anyDatagramIsReadAsItIsWrittenOrNotAtAll(byte[] in) {
    LsdMessage.parse(in, in.length)
        .ifPresent(
            message -> {
              var again = message.encode("[ff15::efc0:988f]:6771");
              assertThat(LsdMessage.parse(again, again.length)).contains(message);
            });
  }
}
