package io.l7.dns.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.time.VirtualTime;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

  @Test
  void aCheckThatFailsInAWayNobodyDeclaredIsAFailedOneAndTheNextComes() throws Exception {
    var time = new VirtualTime();
    var network = new MemoryNetwork();
    var asked = new AtomicInteger();
    var dialer =
        Dialer.over(network)
            .names(
                host -> {
                  if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("out of something");
                  }
                  return List.of(ADDRESS);
                });
    var check = new HealthCheck.Tcp(Endpoint.parse("www.test:80"));
    var member = new Member(Rdata.address(ADDRESS), 1, Optional.of(check), List.of());
    var set = new RoutedSet(Name.parse("www.test"), RRType.A, List.of(member));
    try (var _ = network.listen(new InetSocketAddress(ADDRESS, 80));
        var watch = new HealthWatch(dialer, time, EVERY, Duration.ofSeconds(2))) {
      watch.watch(List.of(set));
      assertThat(watch.isUp(member)).isFalse();
      time.advance(EVERY);
      assertThat(watch.isUp(member)).isTrue();
    }
  }
}
