package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.ChunkLimits;
import io.l7.common.framing.LineEnds;
import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.client.ScriptedServer;
import io.l7.http.testkit.RawClient;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that answer before they have seen the whole content, or tell of it meanwhile. */
@Timeout(20)
class EarlyAnswerTest {
  private static final String TOO_LARGE =
      "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno\n";

  private final HttpClient outward = HttpClient.create();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(outward));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private RawClient client(HttpLimits limits, ScriptedServer.Script script) throws IOException {
    var upstream = new ScriptedServer(script);
    open.add(upstream);
    var proxy =
        ReverseProxy.over(outward.transport()).upstream(URI.create(upstream.uri(""))).build();
    open.add(proxy);
    var server = HttpServer.builder().handler(proxy).limits(limits).start();
    open.add(server);
    var client = new RawClient(server.address());
    open.add(client);
    return client;
  }

  private static void head(ScriptedServer.Conversation c) throws IOException {
    String line;
    do {
      line = c.in().line(1 << 16, LineEnds.STRICT).orElseThrow().latin1();
    } while (!line.isEmpty());
  }

  @ParameterizedTest
  @Spec("RFC 9112 §9.3")
  @ValueSource(
      strings = {
        "Content-Length: 1000000\r\n\r\nbegin",
        "Content-Length: 20\r\n\r\nbegin",
        "Content-Length: 20\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n"
      })
  void anAnswerAheadOfTheContentReachesAClientThatPauses(String pausing) throws IOException {
    var client =
        client(
            HttpLimits.DEFAULTS,
            c -> {
              head(c);
              c.say(TOO_LARGE);
            });
    var answer = client.send("POST / HTTP/1.1\r\nHost: a\r\n" + pausing).answer();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).isEqualTo("no\n");
    // A short rest may be read away, where nobody was waiting for it just then.
    if (answer.field("Connection").equals("close")) {
      client.send("x".repeat(20)); // for nobody, and it does no harm
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void anAnswerReachesAClientWhoseContentTheUpstreamDoesNotTake() throws Exception {
    var said = new CompletableFuture<Void>();
    var client =
        client(
            HttpLimits.DEFAULTS,
            c -> {
              head(c);
              c.say("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
              c.say("y".repeat(300_000));
              said.join();
            });
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    var sending =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 100; i++) {
                      client.send("x".repeat(1_000_000));
                    }
                  } catch (IOException _) {
                    // The server listens no more.
                  }
                });
    assertThat(client.answer().body()).hasSize(300_000);
    said.complete(null);
    client.close();
    sending.join();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 200000\r\n\r\n%s",
        "Transfer-Encoding: chunked\r\n\r\n30d40\r\n%s\r\n0\r\n\r\n"
      })
  void anEarlyAnswerThatAllIsWellIsNoReasonToStop(String request) throws Exception {
    var got = new CompletableFuture<Integer>();
    var half = new CountDownLatch(1);
    boolean chunked = request.startsWith("T");
    var client =
        client(
            HttpLimits.DEFAULTS,
            c -> {
              head(c);
              c.say("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
              half.countDown();
              int count = 0;
              try {
                if (chunked) {
                  count =
                      (int)
                          c.in()
                              .chunked(ChunkLimits.defaults())
                              .transferTo(OutputStream.nullOutputStream());
                } else {
                  for (; count < 200_000; count++) {
                    if (c.in().read() < 0) {
                      break;
                    }
                  }
                }
              } finally {
                got.complete(count);
              }
            });
    String whole = "POST / HTTP/1.1\r\nHost: a\r\n" + request.formatted("x".repeat(200_000));
    client.send(whole.substring(0, 100_000));
    half.await();
    client.send(whole.substring(100_000));
    assertThat(client.answer().body()).isEqualTo("ok");
    assertThat(got.get(5, TimeUnit.SECONDS)).isEqualTo(200_000);
  }

  @Test
  void contentThatComesSlowlyGoesOnAtOnce() throws Exception {
    var first = new CompletableFuture<String>();
    var second = new CompletableFuture<String>();
    var client =
        client(
            HttpLimits.DEFAULTS,
            c -> {
              head(c);
              var chunk = new byte[10];
              c.in().readFully(chunk);
              first.complete(new String(chunk, java.nio.charset.StandardCharsets.US_ASCII));
              c.in().readFully(chunk);
              second.complete(new String(chunk, java.nio.charset.StandardCharsets.US_ASCII));
              c.say("HTTP/1.1 204 No Content\r\n\r\n");
            });
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n");
    assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo("5\r\nbegin\r\n");
    client.send("5\r\nagain\r\n");
    assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo("5\r\nagain\r\n");
    assertThat(client.answer().status()).isEqualTo(204);
  }

  @Test
  void aRemarkOfTheUpstreamIsPassedOnAndTheClientsTimeRunsOn() throws IOException {
    var client =
        client(
            HttpLimits.DEFAULTS.withBodyRate(500, Duration.ofMillis(500)),
            c -> {
              head(c);
              c.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
              c.in().read(new byte[100], 0, 100);
              c.in().read();
            });
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
    assertThat(client.answer().status()).isEqualTo(103);
    assertThat(client.answer().status()).isEqualTo(408);
  }

  @Test
  void contentThatHasComeTogetherWithItsHeadLeavesBothConnectionsInUse() throws Exception {
    var client =
        client(
            HttpLimits.DEFAULTS,
            c -> {
              for (int i = 0; i < 3; i++) {
                head(c);
                c.in().readFully(new byte[5]);
                c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            });
    for (int i = 0; i < 3; i++) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nwhole");
      assertThat(client.answer().body()).isEqualTo("ok");
    }
  }
}
