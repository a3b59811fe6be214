package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeNamesTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> found = new CopyOnWriteArrayList<>();
  private final AtomicInteger holds = new AtomicInteger();
  private final AtomicInteger releases = new AtomicInteger();
  private final NodeNames names = new NodeNames(this::resolve, new Taker());

  private final class Taker implements NodeNames.Listener {
    @Override
    public void accept(List<InetSocketAddress> addresses) {
      found.addAll(addresses);
    }

    @Override
    public void hold() {
      holds.incrementAndGet();
    }

    @Override
    public void release() {
      releases.incrementAndGet();
    }
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    asked.add(host);
    if (host.startsWith("odd")) {
      throw new IllegalStateException("a test's resolver");
    }
    if (!host.startsWith("good")) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.ofLiteral("11.1.1.1"));
  }

  private static Endpoint name(String host) {
    return new Endpoint(host, 6_881);
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void searchesGoOnHoweverTheNamesTurnOut() {
    try (names) {
      names.add(List.of(name("odd.example"), name("bad.example"), name("good.example")));
      eventually(() -> releases.get() == 1);
      assertThat(found).containsExactly(new InetSocketAddress("11.1.1.1", 6_881));
      names.add(List.of(name("good2.example"))); // at once, not with the next round
      eventually(() -> releases.get() == 2);
      assertThat(found).hasSize(2);
      names.add(List.of(name("bad.example"))); // it is waited for already
      assertThat(holds).hasValue(2);
    }
  }

  @Test
  void ofNamesWithoutNumberAHundredAreTried() {
    try (names) {
      names.add(IntStream.range(0, 5_000).mapToObj(i -> name("bad" + i + ".example")).toList());
      eventually(() -> releases.get() == 1);
      assertThat(asked).hasSize(NodeNames.MOST);
    }
  }
}
