package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearnessTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/announce, THIS_MACHINE",
    "http://127.1/announce, THIS_MACHINE",
    "http://[::ffff:127.0.0.1]/announce, THIS_MACHINE",
    "http://localhost/announce, THIS_MACHINE",
    "http://LOCALHOST./announce, THIS_MACHINE",
    "http://my_tracker.localhost/announce, THIS_MACHINE",
    "http://192.168.0.1/announce, THIS_NETWORK",
    "http://[fd00::1]/announce, THIS_NETWORK",
    "http://my_tracker/announce, ELSEWHERE",
    "udp://tracker_1.example:6969, ELSEWHERE"
  })
  void aHostIsAsNearAsItsUrlSays(URI url, Nearness nearness) {
    assertThat(Nearness.of(url)).isEqualTo(nearness);
  }
}
