package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeIdTest {
  private static BigInteger number(NodeId id) {
    return new BigInteger(1, id.bytes());
  }

  @Test
  @Spec("BEP 5")
  void nearnessIsTheExclusiveOrAsANumber() {
    var random = Seeded.random("node ids");
    for (int i = 0; i < 1_000; i++) {
      var target = NodeId.random(random);
      var a = target.near(random.nextInt(NodeId.BITS), random);
      var b = target.near(random.nextInt(NodeId.BITS), random);
      int expected = number(target).xor(number(a)).compareTo(number(target).xor(number(b)));
      assertThat(Integer.signum(target.compareDistance(a, b))).isEqualTo(expected);
      assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
    }
  }

  @Test
  void anIdNearAnotherSharesExactlyThatManyBits() {
    var random = Seeded.random("node ids");
    var id = NodeId.random(random);
    for (int bits = 0; bits < NodeId.BITS; bits++) {
      assertThat(id.commonBits(id.near(bits, random))).isEqualTo(bits);
    }
    assertThat(id.commonBits(NodeId.of(id.bytes()))).isEqualTo(NodeId.BITS);
  }

  /** The table of BEP 42. */
  @Test
  @Spec("BEP 42")
  void theExampleIdsFitTheirAddresses() throws Exception {
    for (var row :
        List.of(
            "124.31.75.21 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
            "21.75.31.124 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
            "65.23.51.170 a5d43220bc8f112a3d426c84764f8c2a1150e616",
            "84.124.73.14 1b0321dd1bb1fe518101ceef99462b947a01ff41",
            "43.213.53.83 e56f6cbf5b7c4be0237986d5243b87aa6d51305a")) {
      var parts = row.split(" ", 2);
      var address = InetAddress.getByName(parts[0]);
      var bytes = HexFormat.of().parseHex(parts[1]);
      assertThat(SecureIds.fits(NodeId.of(bytes), address)).as(row).isTrue();
      bytes[1] ^= 1;
      assertThat(SecureIds.fits(NodeId.of(bytes), address)).isFalse();
    }
  }

  @Test
  @Spec("BEP 42")
  void anIdIsMadeToFitAndAtALocalAddressAnyDoes() throws Exception {
    var random = Seeded.random("node ids");
    for (var address : List.of("8.8.8.8", "2001:db8:85a3::8a2e:370:7334", "199.7.83.42")) {
      for (int i = 0; i < 20; i++) {
        var id = SecureIds.at(InetAddress.getByName(address), random);
        assertThat(SecureIds.fits(id, InetAddress.getByName(address))).isTrue();
        assertThat(SecureIds.fits(id, InetAddress.getByName("9.9.9.9"))).isFalse();
        for (var local :
            List.of(
                "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.1.1", "fc00::1")) {
          assertThat(SecureIds.fits(id, InetAddress.getByName(local))).as(local).isTrue();
        }
      }
    }
  }
}
