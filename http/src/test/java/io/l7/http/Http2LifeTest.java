package io.l7.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Dialogue;
import io.l7.http.events.EventStream;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.server.AccessLog;
import io.l7.http.testkit.Http2Client;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a connection of HTTP/2 comes to be and ends, and who hears of it. */
class Http2LifeTest {
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:0");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private @Nullable HttpServer server;

  private final Handler handler =
      request -> {
        if (request.path().equals("/slow")) {
          begun.countDown();
          assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
        }
        return request.path().equals("/events")
            ? EventStream.response(
                events -> {
                  events.send("tick", "1");
                  begun.countDown();
                  events.pause(LONG);
                })
            : Response.text(request.uri() + " from " + request.exchange().remote().getPort());
      };

  private void start(HttpServer.Builder builder) throws IOException {
    server = builder.handler(handler).start();
  }

  private HttpServer server() {
    return requireNonNull(server);
  }

  @AfterEach
  void stop() {
    go.countDown();
    server().close();
  }

  private Thread draining(Duration limit) {
    return Thread.ofPlatform().start(() -> server().drain(limit));
  }

  private static Frame.GoAway last(Http2Client client) throws IOException {
    var first = client.goAway().orElseThrow();
    assertThat(first).isEqualTo(new Frame.GoAway(Integer.MAX_VALUE, 0));
    return client.goAway().orElseThrow();
  }

  @Test
  @Spec("RFC 9113 §6.8")
  void anIdleConnectionIsToldAndEndsAtOnce() throws Exception {
    start(HttpServer.builder().listen(HERE));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/").answer(1);
      var drain = draining(LONG);
      assertThat(last(client)).isEqualTo(new Frame.GoAway(1, 0));
      client.awaitClose();
      client.close();
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  @Spec("RFC 9113 §6.8")
  void answersInHandEndAndLaterRequestsWereNotSeen() throws Exception {
    start(HttpServer.builder().listen(HERE));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/slow");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      var drain = draining(LONG);
      var first = client.goAway().orElseThrow();
      assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
      assertThat(client.goAway().orElseThrow()).isEqualTo(new Frame.GoAway(1, 0));
      client.get(3, "/");
      client.request(5, "POST", "/", End.NOT_YET);
      client.data(5, "not seen", End.OF_STREAM).flush();
      go.countDown();
      assertThat(client.answer(1).status).isEqualTo(200);
      client.awaitClose();
      assertThat(client.of(3).status).isZero();
      client.close();
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void eventsEndWithADrain() throws Exception {
    start(HttpServer.builder().listen(HERE));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/events").head(1);
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      var drain = draining(LONG);
      assertThat(client.answer(1).body()).isEqualTo("event: tick\ndata: 1\n\n");
      assertThat(client.of(1).ended).isTrue();
      client.awaitClose();
      client.close();
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void whatOutlastsTheDrainIsCut() throws Exception {
    start(HttpServer.builder().listen(HERE));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/slow");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      var drain = draining(Duration.ofMillis(100));
      client.awaitClose();
      assertThat(client.of(1).status).isZero();
      client.close();
      go.countDown();
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void aHandlerIsReplacedUnderALiveConnection() throws Exception {
    start(HttpServer.builder().listen(HERE));
    try (var client = Http2Client.connect(server().address())) {
      assertThat(client.get(1, "/").answer(1).body()).startsWith("http://a/");
      server().replace(request -> Response.text("new"));
      assertThat(client.get(3, "/").answer(3).body()).isEqualTo("new");
    }
  }

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test", InstantSource.system());

  private SSLSocket secured(String... protocols) throws IOException {
    var trust = TlsTrust.of(List.of(AUTHORITY.certificate())).alpn(protocols);
    int port = server().address().getPort();
    SSLSocket socket = trust.clientSocket(new Socket("127.0.0.1", port), "a", port);
    socket.startHandshake();
    return socket;
  }

  @Test
  @Spec("RFC 9113 §3.2")
  void alpnDecidesUnderTls() throws Exception {
    start(HttpServer.builder().listen(HERE, TlsIdentity.of(AUTHORITY.issue("a"))));
    var socket = secured("http/1.1", "h2");
    assertThat(socket.getApplicationProtocol()).as("ours is the choice").isEqualTo("h2");
    try (var client = Http2Client.of(socket)) {
      assertThat(client.get(1, "/").answer(1).body()).startsWith("https://a/");
      client.headers(
          3, End.OF_STREAM, ":method", "GET", ":scheme", "https", ":path", "/", ":authority", "b");
      assertThat(client.flush().answer(3).status).isEqualTo(421);
    }
    try (var client = new RawClient(secured("http/1.1"))) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status()).isEqualTo(200);
    }
    try (var client = new RawClient(secured())) {
      assertThat(client.send(Http2Client.PREFACE).answer().status())
          .as("without ALPN it is none")
          .isEqualTo(505);
    }
  }

  @Test
  @Spec("RFC 9113 §9.2.2")
  void aWeakSuiteOfTls12IsNotEnough() throws Exception {
    start(HttpServer.builder().listen(HERE, TlsIdentity.of(AUTHORITY.issue("a"))));
    for (String suite :
        List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")) {
      var trust = TlsTrust.of(List.of(AUTHORITY.certificate())).alpn("h2");
      int port = server().address().getPort();
      SSLSocket socket = trust.clientSocket(new Socket("127.0.0.1", port), "a", port);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {suite});
      socket.startHandshake();
      assertThat(socket.getSession().getCipherSuite()).isEqualTo(suite);
      try (var client = Http2Client.of(socket)) {
        if (suite.contains("GCM")) {
          assertThat(client.get(1, "/").answer(1).status).isEqualTo(200);
        } else {
          assertThat(client.goAway().orElseThrow().code())
              .isEqualTo(ErrorCode.INADEQUATE_SECURITY.code());
          client.awaitClose();
        }
      }
    }
  }

  @Test
  void aServerWithoutHttp2OffersNone() throws Exception {
    start(HttpServer.builder().listen(HERE, TlsIdentity.of(AUTHORITY.issue("a"))).withoutHttp2());
    assertThat(secured("h2", "http/1.1").getApplicationProtocol()).isEqualTo("http/1.1");
  }

  @Test
  void theProxyProtocolAndForwardedFieldsAreAboutTheClient() throws Exception {
    var loopback = Cidr.parse("127.0.0.0/8");
    var logged = new LinkedBlockingQueue<AccessLog.Entry>();
    start(
        HttpServer.builder()
            .listen(Listener.tcp(HERE).proxyProtocol(List.of(loopback)))
            .accessLog(logged::add));
    var socket = new Socket("127.0.0.1", server().address().getPort());
    socket
        .getOutputStream()
        .write("PROXY TCP4 192.0.2.7 192.0.2.8 4444 80\r\n".getBytes(StandardCharsets.US_ASCII));
    try (var client = Http2Client.of(socket)) {
      assertThat(client.get(1, "/").answer(1).body()).endsWith("from 4444");
      assertThat(logged.take().request().exchange().remote().getHostString())
          .isEqualTo("192.0.2.7");
    }
    server().close();
    start(HttpServer.builder().listen(HERE).trust(loopback).accessLog(logged::add));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/", "forwarded", "for=198.51.100.9;proto=https;host=public.example");
      assertThat(client.answer(1).body()).startsWith("https://public.example/");
      assertThat(logged.take().request().exchange().remote().getHostString())
          .isEqualTo("198.51.100.9");
    }
  }

  @Test
  void transcriptsTellFramesInWordsAndNoSecret() throws Exception {
    var lines = new CopyOnWriteArrayList<String>();
    start(
        HttpServer.builder()
            .listen(HERE)
            .transcript(new Dialogue(lines::add, Dialogue.Naming.BARE)));
    try (var client = Http2Client.connect(server().address())) {
      client.get(1, "/told", "authorization", "Basic c2VjcmV0", "cookie", "a=secret");
      client.answer(1);
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client.flush();
      client.settle();
    }
    server().close();
    assertThat(lines)
        .containsSubsequence(
            "C: SETTINGS",
            "C: HEADERS 1 END_STREAM",
            "C: :method: GET",
            "C: :path: /told",
            "C: authorization: ****",
            "C: cookie: ****")
        .containsSubsequence(
            "S: HEADERS 1", "S: :status: 200", "S: GOAWAY 1 NO_ERROR", "=== closed")
        .contains("C: RST_STREAM 1 CANCEL", "C: PING", "S: PING ACK", "S: SETTINGS ACK")
        .noneMatch(line -> line.contains("octets]"))
        .noneMatch(line -> line.contains("secret") || line.contains("c2VjcmV0"));
    assertThat(lines).anyMatch(line -> line.startsWith("S: DATA 1 "));
  }
}
