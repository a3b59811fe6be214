package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileWayTest {
  private static FileWay way(String local, String remote) {
    return new FileWay(new InetSocketAddress(local, 80), new InetSocketAddress(remote, 50000));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.9, true",
    "::1, ::1, true",
    "192.0.2.7, 192.0.2.7, true",
    "2001:db8::7, 2001:db8::7, true",
    "192.0.2.7, 192.0.2.8, false",
    "2001:db8::7, 2001:db8::8, false",
  })
  void onlyForAPeerOnThisMachineAFileIsCopied(String local, String remote, boolean copied) {
    assertThat(way(local, remote).copies()).isEqualTo(copied);
  }

  @Test
  void aSlowPeerHoldsNoBufferUntilItIsFastAgain() {
    var way = way("127.0.0.1", "127.0.0.1");
    way.took(FileWay.SLOW_NANOS);
    assertThat(way.copies()).isTrue();
    way.took(FileWay.SLOW_NANOS + 1);
    assertThat(way.copies()).isFalse();
    way.took(Duration.ofSeconds(2).toNanos());
    assertThat(way.copies()).isFalse();
    way.took(Duration.ofMillis(10).toNanos());
    assertThat(way.copies()).isTrue();
  }

  @Test
  void aFastPeerOnAnotherMachineStaysWithTheKernel() {
    var way = way("192.0.2.7", "192.0.2.8");
    way.took(1);
    assertThat(way.copies()).isFalse();
  }
}
