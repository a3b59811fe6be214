package io.l7.smtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.protocol.SmtpLimits;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** Who has a /64 of addresses is one client all the same. */
class DoorsTest {
  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void theAddressesOfOneIpv6SubscriberShareOneDoor() {
    var doors = new Doors(10, 1);
    assertThat(doors.enter(address("2001:db8:0:7::1"))).isTrue();
    assertThat(doors.enter(address("2001:db8:0:7::2"))).isFalse();
    assertThat(doors.enter(address("2001:db8:0:8::1"))).isTrue();
    assertThat(doors.enter(address("192.0.2.1"))).isTrue();
    assertThat(doors.enter(address("192.0.2.2"))).isTrue();
    doors.leave(address("2001:db8:0:7::1"));
    assertThat(doors.enter(address("2001:db8:0:7::2"))).isTrue();
  }

  @Test
  void theyShareOneRateToo() {
    var limits = SmtpLimits.builder().messagesPerMinute(2).build();
    var rates = new RateLimits(limits, () -> 0L);
    assertThat(rates.mail(address("2001:db8:0:7::1"))).isTrue();
    assertThat(rates.mail(address("2001:db8:0:7::2"))).isTrue();
    assertThat(rates.mail(address("2001:db8:0:7::3"))).isFalse();
    assertThat(rates.mail(address("2001:db8:0:8::1"))).isTrue();
  }
}
