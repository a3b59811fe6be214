package io.l7.common.hash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
  private static byte[] counting(int length) {
    var octets = new byte[length];
    for (int i = 0; i < length; i++) octets[i] = (byte) i;
    return octets;
  }

  /** The example of the paper's appendix A, and the first vectors of its authors' program. */
  @Test
  void theVectorsOfItsAuthorsComeOut() {
    long key0 = SipHash.int64(counting(16), 0);
    long key1 = SipHash.int64(counting(16), 8);
    assertThat(SipHash.of(key0, key1, counting(15))).isEqualTo(0xa129ca6149be45e5L);
    assertThat(SipHash.of(key0, key1, counting(0))).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(SipHash.of(key0, key1, counting(1))).isEqualTo(0x74f839c593dc67fdL);
  }

  @Test
  void threeWordsAreTheirTwentyFourOctets() {
    var octets = counting(24);
    assertThat(
            SipHash.of(
                7,
                9,
                SipHash.int64(octets, 0),
                SipHash.int64(octets, 8),
                SipHash.int64(octets, 16)))
        .isEqualTo(SipHash.of(7, 9, octets));
  }
}
