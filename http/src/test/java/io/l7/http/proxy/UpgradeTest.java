package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.ScriptedServer;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that leave HTTP through the proxy, or ask to. */
class UpgradeTest {
  private static final String ASKS =
      "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCHES =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final Metrics metrics = new Metrics();
  private final HttpClient outward =
      HttpClient.builder().timeouts(ClientTimeouts.defaults().bodyIdle(PATIENCE)).build();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(outward));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private HttpServer proxy(ScriptedServer.Script script) throws IOException {
    var upstream = new ScriptedServer(script);
    open.add(upstream);
    var proxy =
        ReverseProxy.over(outward.transport())
            .upstream(URI.create(upstream.uri("")))
            .metrics(metrics)
            .build();
    open.add(proxy);
    var server =
        HttpServer.builder()
            .handler(proxy)
            .limits(HttpLimits.DEFAULTS.withWriteTime(PATIENCE))
            .start();
    open.add(server);
    return server;
  }

  @Test
  @Spec("RFC 9110 §7.8")
  void anUpgradeInHttp10IsIgnored() throws IOException {
    var proxy =
        proxy(
            c ->
                c.say(
                    c.request().contains("Upgrade:")
                        ? SWITCHES
                        : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    try (var client = new RawClient(proxy.address())) {
      assertThat(client.send(ASKS.replace("HTTP/1.1", "HTTP/1.0")).answer().body())
          .isEqualTo("hello");
    }
  }

  @Test
  void aConversationThatNeverBeginsLeavesNothingOpen() throws Exception {
    var clientIsGone = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    var end = new CompletableFuture<Integer>();
    var proxy =
        proxy(
            c -> {
              c.request();
              asked.countDown();
              await(clientIsGone);
              c.say(SWITCHES);
              end.complete(c.in().read());
            });
    try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort())) {
      client.getOutputStream().write(ASKS.getBytes(StandardCharsets.ISO_8859_1));
      await(asked);
      client.setSoLinger(true, 0); // a reset
    }
    clientIsGone.countDown();
    assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
    while (!metrics.scrape().contains("l7_http_upstream_requests_active 0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aTunnelIsCutWhoseEndReadsNothing() throws Exception {
    var deaf = proxy(c -> endlessly(c, true));
    var upstreamSawTheEnd = new CompletableFuture<Void>();
    var flooding =
        proxy(
            c -> {
              try {
                endlessly(c, false);
              } finally {
                upstreamSawTheEnd.complete(null);
              }
            });
    try (var silent = new RawClient(flooding.address());
        var talking = new RawClient(deaf.address())) {
      silent.send(ASKS);
      var clientSawTheEnd =
          CompletableFuture.runAsync(
              () -> {
                try {
                  talking.send(ASKS);
                  while (true) {
                    talking.send("x".repeat(1 << 16));
                  }
                } catch (IOException _) {
                  // as it should be
                }
              },
              work -> Thread.ofVirtual().start(work));
      upstreamSawTheEnd.get(10, TimeUnit.SECONDS);
      clientSawTheEnd.get(10, TimeUnit.SECONDS);
    }
  }

  /** A frame of one final text message, as a server says it. */
  private static String text(String said) {
    return "\u0081" + (char) said.length() + said;
  }

  private static final String AWAY = "\u0088\u0002\u0003\u00e9"; // Close, 1001

  @Test
  @Spec("RFC 6455 §7.4.1")
  void aDrainSaysGoodbyeToAnIdleWebSocketAndDoesNotWaitForIt() throws Exception {
    var heard = new CompletableFuture<byte[]>();
    var proxy =
        proxy(
            c -> {
              c.request();
              c.say(SWITCHES + text("hello"));
              var close = new byte[8];
              c.in().readFully(close);
              heard.complete(close);
              c.say(AWAY);
            });
    try (var client = new RawClient(proxy.address())) {
      client.send(ASKS);
      assertThat(client.answer().status()).isEqualTo(101);
      assertThat(client.octets(7)).isEqualTo(text("hello"));
      var drained = drain(proxy);
      assertThat(client.octets(4)).isEqualTo(AWAY);
      client.send("\u0088\u0082mask" + (char) (3 ^ 'm') + (char) (0xe9 ^ 'a'));
      assertThat(client.rest()).isEmpty();
      drained.get(3, TimeUnit.SECONDS);
    }
    byte[] close = heard.get(3, TimeUnit.SECONDS);
    // RFC 6455 §5.3: as a client of the upstream, with a mask.
    assertThat(close[0] & 0xff).isEqualTo(0x88);
    assertThat(close[1] & 0xff).isEqualTo(0x82);
    assertThat(close[6] ^ close[2]).isEqualTo(0x03);
    assertThat((close[7] ^ close[3]) & 0xff).isEqualTo(0xe9);
  }

  @Test
  @Spec("RFC 6455 §5.4")
  void aGoodbyeStandsBetweenFramesAndNothingBehindIt() throws Exception {
    var proxy =
        proxy(
            c -> {
              c.request();
              c.say(SWITCHES + text("hello").substring(0, 4));
              c.in().readFully(new byte[8]); // our goodbye to the upstream
              c.say("llo" + text("never"));
              await(new CountDownLatch(1));
            });
    try (var client = new RawClient(proxy.address())) {
      client.send(ASKS);
      assertThat(client.answer().status()).isEqualTo(101);
      assertThat(client.octets(4)).isEqualTo(text("hello").substring(0, 4));
      var drained = drain(proxy);
      assertThat(client.rest()).isEqualTo("llo" + AWAY);
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  private static CompletableFuture<Void> drain(HttpServer server) {
    return CompletableFuture.runAsync(
        () -> server.drain(Duration.ofSeconds(30)), work -> Thread.ofVirtual().start(work));
  }

  private static void endlessly(ScriptedServer.Conversation c, boolean deaf) throws IOException {
    c.request();
    c.say(SWITCHES);
    if (deaf) {
      await(new CountDownLatch(1));
    }
    while (true) {
      c.say("x".repeat(1 << 16));
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      boolean _ = latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
