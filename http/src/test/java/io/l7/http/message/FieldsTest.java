package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  @Test
  void namesAreFoundWithoutRegardToCase() {
    var fields = Fields.of("Content-Type", "text/html", "x-odd", "1");
    assertThat(fields.first("content-type")).contains("text/html");
    assertThat(fields.first("X-ODD")).contains("1");
    assertThat(fields.first("X-Even")).isEmpty();
  }

  @Test
  void linesKeepTheirOrderAndMayRepeat() {
    var fields = Fields.of("Via", "a", "Date", "d", "via", "b");
    assertThat(fields.all("Via")).containsExactly("a", "b");
    assertThat(fields.joined("Via")).contains("a, b");
    assertThat(fields).extracting(Fields.Line::name).containsExactly("Via", "Date", "via");
  }

  @Test
  void aListFieldIsSplitAtCommasOutsideQuotedStrings() {
    var fields = Fields.of("Accept", "a;q=\"x,\\\",y\" , , b", "accept", "c");
    assertThat(fields.list("Accept")).containsExactly("a;q=\"x,\\\",y\"", "b", "c");
    assertThat(fields.hasToken("accept", "B")).isTrue();
    assertThat(fields.hasToken("accept", "x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\u0000b", "a\u007fb", "\u0100"})
  void aValueThatCouldSplitAResponseIsRefused(String value) {
    assertThatThrownBy(() -> Fields.of("X", value)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "ä"})
  void aNameThatIsNoTokenIsRefused(String name) {
    assertThatThrownBy(() -> Fields.of(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldsOverWireBytesReadLikeOthersAndUsualNamesAreTheConstants() {
    byte[] wire = "hOsT: a\r\nX-y: b c".getBytes(StandardCharsets.ISO_8859_1);
    var fields = Fields.ofWire(wire, new int[] {0, 4, 6, 7, 9, 12, 14, 17}, 2);
    assertThat(fields.name(0)).isSameAs(FieldNames.HOST);
    assertThat(fields.first("host")).contains("a");
    assertThat(fields.first("x-Y")).contains("b c");
    assertThat(fields).isEqualTo(Fields.of("Host", "a", "X-Y", "b c"));
    assertThat(fields.without("host")).isEqualTo(Fields.of("X-y", "b c"));
  }

  @Test
  void aNumberIsDigitsAlone() {
    assertThat(Fields.of("Age", "17").firstNumber("Age")).hasValue(17);
    for (String bad : new String[] {"", "+1", "-1", "1 1", "0x1", "1_0", "1234567890123456789"}) {
      assertThat(Fields.of("Age", bad).firstNumber("Age")).as(bad).isEmpty();
    }
  }

  @Test
  void aCopyWithAnotherValueLeavesTheOriginalAlone() {
    var fields = Fields.of("A", "1", "B", "2", "a", "3");
    assertThat(fields.with("A", "9")).isEqualTo(Fields.of("B", "2", "A", "9"));
    assertThat(fields.plus("C", "4").size()).isEqualTo(4);
    assertThat(fields.size()).isEqualTo(3);
  }
}
