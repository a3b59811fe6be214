package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.metrics.Metrics;
import io.l7.common.time.VirtualTime;
import io.l7.http.HttpClient;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Exchange;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** Balancing and health, in virtual time. */
class UpstreamPoolTest {
  private static final List<Upstream> FOUR =
      IntStream.rangeClosed('a', 'd')
          .mapToObj(name -> new Upstream("http", (char) name + ":80"))
          .toList();

  private final VirtualTime time = new VirtualTime();

  private UpstreamPool pool(Balancing balancing) {
    return new UpstreamPool(FOUR, balancing, ProxyLimits.defaults(), new Metrics(), time::nanos);
  }

  private static String choose(UpstreamPool pool, String affinity) {
    return pool.choose(List.of(), affinity).orElseThrow().upstream().authority();
  }

  private static UpstreamPool.Member member(UpstreamPool pool, String authority) {
    return pool.members().stream()
        .filter(m -> m.upstream().authority().equals(authority))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Integer> spread(UpstreamPool pool, int requests) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      counts.merge(choose(pool, "client" + i), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void inTurnMeansAsManyForEach() {
    assertThat(spread(pool(Balancing.ROUND_ROBIN), 400))
        .isEqualTo(Map.of("a:80", 100, "b:80", 100, "c:80", 100, "d:80", 100));
  }

  @Test
  void theOneWithTheFewestRequestsInHandIsNext() {
    var pool = pool(Balancing.LEAST_REQUESTS);
    for (int i = 0; i < 3; i++) {
      member(pool, "a:80").begin();
      member(pool, "b:80").begin();
      member(pool, "d:80").begin();
    }
    assertThat(choose(pool, "")).isEqualTo("c:80");
    member(pool, "c:80").begin();
    assertThat(choose(pool, "")).isEqualTo("c:80");
    for (int i = 0; i < 3; i++) {
      member(pool, "a:80").end();
    }
    assertThat(choose(pool, "")).isEqualTo("a:80");
  }

  @Test
  void equalsInLoadTakeTurns() {
    assertThat(spread(pool(Balancing.LEAST_REQUESTS), 40))
        .isEqualTo(Map.of("a:80", 10, "b:80", 10, "c:80", 10, "d:80", 10));
  }

  @Test
  void aClientStaysWithItsUpstreamAndAllUpstreamsHaveSome() {
    var pool = pool(Balancing.CLIENT_ADDRESS);
    Map<String, Integer> counts = spread(pool, 4000);
    assertThat(counts).hasSize(4);
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(800, 1200));
    assertThat(IntStream.range(0, 50).mapToObj(i -> choose(pool, "192.0.2.7")).distinct())
        .hasSize(1);
  }

  @Test
  void whenOneGoesOnlyItsClientsMove() {
    var pool = pool(Balancing.TARGET);
    List<String> targets = IntStream.range(0, 500).mapToObj(i -> "host/page" + i).toList();
    List<String> before = targets.stream().map(target -> choose(pool, target)).toList();
    pool.probed(member(pool, "b:80"), false);
    Set<String> moved = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      if (!choose(pool, targets.get(i)).equals(before.get(i))) {
        moved.add(before.get(i));
      }
    }
    assertThat(moved).containsExactly("b:80");
    pool.probed(member(pool, "b:80"), true);
    assertThat(targets.stream().map(target -> choose(pool, target))).isEqualTo(before);
  }

  @Test
  void threeFailuresInARowSendOneToRestLongerEachTime() {
    var pool = pool(Balancing.ROUND_ROBIN);
    var bad = member(pool, "a:80");
    pool.failed(bad);
    pool.failed(bad);
    assertThat(spread(pool, 8)).containsKey("a:80");
    pool.failed(bad);
    assertThat(pool.up()).isEqualTo(3);
    assertThat(spread(pool, 60)).doesNotContainKey("a:80");
    List<Long> rests = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      long from = time.nanos();
      while (pool.up() < 4) {
        time.advance(Duration.ofSeconds(1));
      }
      rests.add(Duration.ofNanos(time.nanos() - from).toSeconds());
      pool.failed(bad);
    }
    assertThat(rests).containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
    time.advance(Duration.ofSeconds(60));
    pool.succeeded(bad);
    pool.failed(bad);
    assertThat(pool.up()).as("one failure after a success is nothing").isEqualTo(4);
  }

  @Test
  void whenAllAreOutAllAreTriedAndNoneTwiceForOneRequest() {
    var pool = pool(Balancing.ROUND_ROBIN);
    pool.members().forEach(m -> pool.probed(m, false));
    assertThat(pool.up()).isZero();
    List<UpstreamPool.Member> tried = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tried.add(pool.choose(tried, "").orElseThrow());
    }
    assertThat(new HashSet<>(tried)).hasSize(4);
    assertThat(pool.choose(tried, "")).isEqualTo(Optional.empty());
  }

  @Test
  void probesFindWhoIsDownAndWhoIsBackWithoutAnyRequest() {
    var pool = pool(Balancing.ROUND_ROBIN);
    Set<String> down = new HashSet<>();
    List<String> asked = new ArrayList<>();
    try (var probe =
        new HealthProbe(
            pool,
            Duration.ofSeconds(10),
            time,
            Runnable::run,
            upstream -> {
              asked.add(upstream.authority());
              return !down.contains(upstream.authority());
            })) {
      probe.start();
      time.advance(Duration.ZERO);
      assertThat(asked)
          .as("the first time at once")
          .containsExactly("a:80", "b:80", "c:80", "d:80");
      down.add("c:80");
      time.advance(Duration.ofSeconds(9));
      assertThat(pool.up()).isEqualTo(4);
      time.advance(Duration.ofSeconds(1));
      assertThat(pool.up()).isEqualTo(3);
      assertThat(spread(pool, 30)).doesNotContainKey("c:80");
      down.clear();
      time.advance(Duration.ofSeconds(10));
      assertThat(spread(pool, 30)).containsKey("c:80");
      assertThat(asked).hasSize(12);
    }
    time.advance(Duration.ofSeconds(60));
    assertThat(asked).as("closed: it asks once more at most").hasSize(12);
  }

  @Test
  void aProbeThatSucceedsEndsARest() {
    var pool = pool(Balancing.ROUND_ROBIN);
    var bad = member(pool, "d:80");
    for (int i = 0; i < 3; i++) {
      pool.failed(bad);
    }
    assertThat(pool.up()).isEqualTo(3);
    pool.probed(bad, true);
    assertThat(pool.up()).isEqualTo(4);
  }

  @Test
  void aFaultOfOursLeavesNoRequestInHand() throws Exception {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var client = HttpClient.create();
        var proxy =
            ReverseProxy.over(client.transport()).upstream(URI.create(server.uri(""))).build()) {
      var request =
          Request.get("http://h/")
              .withExchange(
                  new Exchange() {
                    @Override
                    public InetSocketAddress remote() {
                      return Exchange.NONE.remote();
                    }

                    @Override
                    public InetSocketAddress local() {
                      return Exchange.NONE.local();
                    }

                    @Override
                    public Optional<SSLSession> tls() {
                      return Optional.empty();
                    }

                    @Override
                    public void inform(Response interim) {
                      throw new IllegalStateException("as a test");
                    }
                  });
      assertThatThrownBy(() -> proxy.handle(request)).isInstanceOf(IllegalStateException.class);
      assertThat(proxy.active()).isZero();
    }
  }
}
