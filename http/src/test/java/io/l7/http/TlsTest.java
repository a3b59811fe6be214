package io.l7.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP over TLS: which names, which protocol, and certificates that change. */
class TlsTest {
  private static final int CLIENTS = 4;
  private static final int SWAPS = 10;

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test", InstantSource.system());
  private final TlsTrust trust = TlsTrust.of(List.of(AUTHORITY.certificate()));
  private @Nullable HttpServer server;

  private void start(TlsIdentity identity) throws IOException {
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"), identity)
            .handler(request -> Response.text(request.host() + "\n"))
            .start();
  }

  private InetSocketAddress address() {
    return requireNonNull(server).address();
  }

  @AfterEach
  void stop() {
    requireNonNull(server).close();
  }

  private SSLSocket connect(TlsTrust how, String name) throws IOException {
    int port = address().getPort();
    SSLSocket socket = how.clientSocket(new Socket(address().getAddress(), port), name, port);
    socket.startHandshake();
    return socket;
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, a.example, 200",
    "a.example, A.Example, 200",
    "a.example, a.example:443, 200",
    "a.example, www.b.example, 200",
    "www.b.example, a.example, 200",
    "a.example, b.example, 421",
    "a.example, x.www.b.example, 421",
    "a.example, c.example, 421",
    "c.example, a.example, 421",
    "c.example, c.example, 200",
    "a.example, 127.0.0.1, 421"
  })
  @Spec("RFC 9110 §15.5.20")
  void aHostThatTheHandshakeWasNotForIsMisdirected(String sni, String host, int status)
      throws Exception {
    start(
        TlsIdentity.bySni(
            Map.of("c.example", () -> AUTHORITY.issue("c.example")),
            () -> AUTHORITY.issue("a.example", "*.b.example")));
    try (var client = new RawClient(connect(trust, sni))) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer().status())
          .isEqualTo(status);
      assertThat(client.send("GET / HTTP/1.1\r\nHost: " + sni + "\r\n\r\n").answer().status())
          .as("the connection lives on")
          .isEqualTo(200);
    }
  }

  @Test
  void whoAsksForNoNameMayAskForAnyHost() throws Exception {
    start(TlsIdentity.of(AUTHORITY.issue("a.example")));
    try (var client = new RawClient(connect(TlsTrust.insecure(), "127.0.0.1"))) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: z.example\r\n\r\n").answer().status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "100000"})
  @Spec("RFC 9110 §4.2.2")
  void whoSpeaksHttpWithoutTlsIsToldThatThisPortSpeaksHttps(int octets) throws Exception {
    start(TlsIdentity.of(AUTHORITY.issue("a.example")));
    var socket = new Socket(address().getAddress(), address().getPort());
    try (var client = new RawClient(socket)) {
      String head = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + octets;
      var answer = client.send(head + "\r\n\r\n" + "a".repeat(octets)).answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("this port speaks HTTPS");
      assertThat(client.rest()).isEmpty();
    }
    try (var client = new RawClient(connect(trust, "a.example"))) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  @Spec("RFC 7301 §3.2")
  void itSpeaksByAlpnTheBestThatIsOffered() throws Exception {
    start(TlsIdentity.of(AUTHORITY.issue("a.example")));
    try (var socket = connect(trust.alpn("http/1.1", "h2"), "a.example")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
    try (var socket = connect(trust.alpn("http/1.1"), "a.example")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }

  /** New connections and kept ones all the while: none fails, all certificates are seen. */
  @Test
  void aCertificateIsSwappedUnderLoadWithoutAFailedRequest() throws Exception {
    var current = new AtomicReference<>(AUTHORITY.issue("localhost"));
    var identity = TlsIdentity.of(current::get);
    start(identity);
    String url = "https://localhost:" + address().getPort() + "/";
    Set<BigInteger> seen = ConcurrentHashMap.newKeySet();
    var failures = new CopyOnWriteArrayList<String>();
    var requests = new AtomicInteger();
    var over = new AtomicBoolean();
    var ended = new CountDownLatch(CLIENTS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var kept = HttpClient.builder().trust(trust).build()) {
      for (int i = 0; i < CLIENTS; i++) {
        threads.execute(
            () -> {
              while (!over.get()) {
                try (var socket = connect(trust, "localhost");
                    var fresh = new RawClient(socket)) {
                  var chain = socket.getSession().getPeerCertificates();
                  seen.add(((X509Certificate) chain[0]).getSerialNumber());
                  int status =
                      fresh.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().status();
                  Response again = kept.send(Request.get(url));
                  again.body().text(100);
                  if (status != 200 || again.status().code() != 200) {
                    failures.add(status + " and " + again.status());
                  }
                  requests.addAndGet(2);
                } catch (IOException | RuntimeException e) {
                  failures.add(e.toString());
                }
              }
              ended.countDown();
            });
      }
      Set<BigInteger> made = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < SWAPS; i++) {
        int before = requests.get();
        made.add(current.get().chain().getFirst().getSerialNumber());
        // Every certificate lives through some handshakes, begun before and after its reload.
        while (requests.get() < before + 2 * CLIENTS && failures.isEmpty()) {
          LockSupport.parkNanos(1_000_000);
        }
        current.set(AUTHORITY.issue("localhost"));
        identity.reload();
      }
      over.set(true);
      ended.await();
      assertThat(failures).isEmpty();
      assertThat(seen).containsAll(made);
    }
  }
}
