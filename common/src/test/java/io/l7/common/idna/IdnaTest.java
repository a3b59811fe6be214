package io.l7.common.idna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdnaTest {
  @ParameterizedTest
  @CsvSource({
    "straße.de, xn--strae-oqa.de",
    "STRAẞE.de, xn--strae-oqa.de",
    "βόλος.com, xn--nxasmm1c.com",
    "ΒΌΛΟΣ.com, xn--nxasmq6b.com",
    "😀.ws, xn--e28h.ws",
    "Mu\u0308nchen.DE, xn--mnchen-3ya.de",
    "例え.jp, xn--r8jz45g.jp",
    "a.pröbe-ß-x.example, a.xn--prbe--x-4va7r.example",
    "straße。de, xn--strae-oqa.de",
    "İstanbul.com, xn--istanbul-o0e.com",
    "ﬀoo.example, ffoo.example",
    "ｂｕｒｇｅｒ．example, burger.example",
    "bur\u00ADger.example, burger.example",
    "ᾳς.example, xn--mxaq1a.example",
    "\uAB70.example, xn--58d.example",
    "ދިވެހި.example, xn--hqbpi0jcw.example",
    "א1.example, xn--1-zhc.example",
    "श्\u200Dर.example, xn--t2bl3ev93j.example",
    "نامه\u200Cای.com, xn--mgba3gch31f060k.com",
    "\uD83E\uDEE8.ws, xn--929h.ws"
  })
  @Spec({"RFC 5894 §7.2", "RFC 5893 §2", "RFC 5892 §A.1"})
  void aNameIsMappedToNobodyElsesName(String name, String ascii) {
    assertThat(Idna.toAscii(name)).isEqualTo(ascii);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u200Db.example", // joiners that nobody sees
        "a\u200Cb.example",
        "\u200D\u0936.example",
        "\u0301a.example", // nothing to combine with
        "aא.example",
        "אa.example",
        "א-.example",
        "\u06601\u0627.example",
        "a\u2100b.example", // a slash in disguise
        "\uFF0Fé.example",
        "éa\u2488.example",
        "é\uE000.example",
        "é\u0378.example", // no character yet
        "é\u3000.example",
        "xné-.example",
        "\uFF58n--abc-.example",
        "\u115Fé.example"
      })
  @Spec({"RFC 5891 §4.2.3", "RFC 5893 §2", "RFC 5892 §A.1", "RFC 5892 §A.2"})
  void whatMayNotStandInANameIsRefused(String name) {
    assertThatThrownBy(() -> Idna.toAscii(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Spec("RFC 5890 §2.3.2.1")
  void aLabelThatIsTooLongInAsciiIsRefused() {
    assertThat(Idna.toAscii("é".repeat(57))).hasSize(63);
    assertThatThrownBy(() -> Idna.toAscii("é".repeat(58))).hasMessageContaining("too long");
  }

  @Test
  void labelsOfAsciiAndTheRootsDotStay() {
    assertThat(Idna.toAscii("_dmarc.Bücher.example.")).isEqualTo("_dmarc.xn--bcher-kva.example.");
    assertThat(Idna.toAscii("XN--MNCHEN-3YA.de")).isEqualTo("xn--mnchen-3ya.de");
  }

  @Test
  void anALabelThatStandsForNothingIsToldFromOneThatDoes() {
    assertThat(Idna.isSound("xn--bcher-kva")).isTrue();
    assertThat(Idna.isSound("example")).isTrue();
    assertThat(Idna.isSound("xn---")).isFalse();
    assertThat(Idna.isSound("XN--abc-")).isFalse();
    assertThat(Idna.isSound("xn--99999999999")).isFalse();
  }
}
