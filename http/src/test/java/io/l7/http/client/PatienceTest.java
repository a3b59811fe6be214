package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.ChunkLimits;
import io.l7.common.metrics.Metrics;
import io.l7.common.time.Pause;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Exchange;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.proxy.ReverseProxy;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server has its time, and only while it is waited for. */
class PatienceTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final long LONGER = 800;
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  private final HttpClient client =
      HttpClient.builder().timeouts(ClientTimeouts.defaults().bodyIdle(PATIENCE)).build();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(client));

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private ScriptedServer server(ScriptedServer.Script script) throws IOException {
    var server = new ScriptedServer(script);
    open.add(server);
    return server;
  }

  @Test
  void contentMayWaitForItsReaderAsLongAsThatLikes() throws IOException {
    var readerIsBack = new CountDownLatch(1);
    var server =
        server(
            c -> {
              c.request();
              c.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
              await(readerIsBack);
              c.say("world");
            });
    try (InputStream in = client.send(Request.get(server.uri("/"))).body().open()) {
      assertThat(in.readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
      Pause.of(Duration.ofMillis(LONGER));
      readerIsBack.countDown();
      assertThat(in.readAllBytes()).isEqualTo("world".getBytes(StandardCharsets.US_ASCII));
    }
    var late =
        server(
            c -> {
              c.request();
              c.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
              c.in().read();
            });
    Response never = client.send(Request.get(late.uri("/")));
    assertThatThrownBy(() -> never.body().bytes(10)).isInstanceOf(ClientException.TimedOut.class);
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 10, hello, world", "Transfer-Encoding: chunked, '5', '0'"})
  void aSlowClientBehindAProxyIsNotTheUpstreamsFault(String framing, String first, String second)
      throws IOException {
    boolean chunked = framing.contains("chunked");
    var metrics = new Metrics();
    var upstream =
        server(
            c -> {
              c.request();
              if (chunked) c.in().chunked(ChunkLimits.defaults()).drain(100);
              c.say(HELLO);
            });
    var proxy =
        ReverseProxy.over(client.transport())
            .upstream(URI.create(upstream.uri("")))
            .metrics(metrics)
            .build();
    open.add(proxy);
    var server = HttpServer.builder().handler(proxy).start();
    open.add(server);
    try (var slow = new RawClient(server.address())) {
      slow.send("PUT / HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n");
      slow.send(chunked ? first + "\r\nhello\r\n" : first);
      Pause.of(Duration.ofMillis(LONGER));
      slow.send(chunked ? second + "\r\n\r\n" : second);
      assertThat(slow.answer().status()).isEqualTo(200);
    }
    assertThat(metrics.scrape()).doesNotContainPattern("failures_total\\{[^}]*} [1-9]");
  }

  /** Remembers who told it what. */
  private static final class Listener implements Exchange {
    private final List<String> told = new ArrayList<>();

    @Override
    public InetSocketAddress remote() {
      return NONE.remote();
    }

    @Override
    public InetSocketAddress local() {
      return NONE.local();
    }

    @Override
    public Optional<SSLSession> tls() {
      return Optional.empty();
    }

    @Override
    public void inform(Response interim) throws IOException {
      told.add(interim.status().code() + " " + Thread.currentThread().threadId());
      throw new SocketException("who asked is gone");
    }
  }

  @Test
  void interimAnswersDuringAnUploadAreToldByTheThreadThatAsked() throws IOException {
    var server =
        server(
            c -> {
              // Before the content is taken, and after it.
              c.request();
              c.say("HTTP/1.1 102 Processing\r\n\r\n");
              c.in().chunked(ChunkLimits.defaults()).drain(1 << 20);
              c.say("HTTP/1.1 103 Early Hints\r\n\r\n" + HELLO);
            });
    var listener = new Listener();
    Request put =
        Request.get(server.uri("/"))
            .withMethod(Method.PUT)
            .withBody(Body.of(InputStream.nullInputStream()))
            .withExchange(listener);
    try (var answer = client.send(put).body()) {
      assertThat(answer.text(10)).isEqualTo("hello");
    }
    long self = Thread.currentThread().threadId();
    assertThat(listener.told).containsExactly("102 " + self, "103 " + self);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      boolean _ = latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
