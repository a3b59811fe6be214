package io.l7.dns.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZoneKeysTest {
  private static final Name TEST = Name.parse("test.");
  private static final long NOW = 1_000_000;
  private static final long DAY = 86_400;

  @Test
  void aBrokenChainIsBrokenForAMinuteWhateverTheClockDoes() {
    var error = new ExtendedError(ExtendedError.DNSSEC_BOGUS, "");
    var bogus = new ZoneKeys.Bogus(TEST, error, NOW + 60);
    assertThat(ChainOfTrust.counts(bogus, NOW + 59)).isTrue();
    assertThat(ChainOfTrust.counts(bogus, NOW - 1)).isTrue();
    assertThat(ChainOfTrust.counts(bogus, NOW + 60)).isFalse();
    assertThat(ChainOfTrust.counts(bogus, NOW - DAY)).isFalse();
  }

  @Test
  void keysCountForADayAtMost() {
    var secure = new ZoneKeys.Secure(TEST, List.of(), NOW + DAY);
    assertThat(ChainOfTrust.counts(secure, NOW)).isTrue();
    assertThat(ChainOfTrust.counts(secure, NOW - DAY)).isFalse();
  }
}
