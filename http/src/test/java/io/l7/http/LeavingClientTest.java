package io.l7.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.http.h2.ErrorCode;
import io.l7.http.message.Body;
import io.l7.http.message.LiveOutput;
import io.l7.http.message.Response;
import io.l7.http.testkit.Http2Client;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that is waited for, and a client that does not wait for it. */
class LeavingClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

  private final BlockingQueue<IOException> left = new LinkedBlockingQueue<>();
  private final Semaphore looked = new Semaphore(0);
  private final Semaphore enough = new Semaphore(0);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    var identity =
        TlsIdentity.of(
            CertificateAuthority.create("test", InstantSource.system()).issue("a.example"));
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .listen(Endpoint.parse("127.0.0.1:0"), identity)
            .handler(_ -> Response.ok("text/plain", Body.of(this::content)))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Nothing comes until somebody has had enough. */
  private void content(OutputStream out) throws IOException {
    out.flush();
    try {
      while (!enough.tryAcquire(5, TimeUnit.MILLISECONDS)) {
        ((LiveOutput) out).requireClient();
        looked.release();
      }
    } catch (IOException e) {
      left.add(e);
      throw e;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    out.write("it".getBytes(US_ASCII));
  }

  private Socket connect(int listener) throws IOException {
    var address = server.addresses().get(listener);
    return new Socket(address.getAddress(), address.getPort());
  }

  private Socket tls() throws IOException {
    return TlsTrust.insecure().clientSocket(connect(1), "a.example", 443);
  }

  private void assertNoticed() throws InterruptedException {
    assertThat(left.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  private static String head(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  @Test
  void isNoticedWhenItClosesTheConnection() throws Exception {
    try (var client = connect(0)) {
      client.getOutputStream().write(GET.getBytes(US_ASCII));
      assertThat(head(client)).startsWith("HTTP/1.1 200");
    }
    assertNoticed();
  }

  @Test
  void isNoticedThoughItHadAskedForMore() throws Exception {
    try (var client = connect(0)) {
      client.getOutputStream().write((GET + GET).getBytes(US_ASCII));
      assertThat(head(client)).startsWith("HTTP/1.1 200");
    }
    assertNoticed();
  }

  @Test
  void isNoticedUnderTls() throws Exception {
    try (var client = tls()) {
      client.getOutputStream().write(GET.getBytes(US_ASCII));
      assertThat(head(client)).startsWith("HTTP/1.1 200");
    }
    assertNoticed();
  }

  @Test
  void isNoticedWhenItCancelsAStream() throws Exception {
    try (var client = Http2Client.connect(server.addresses().getFirst()).get(1, "/")) {
      assertThat(client.head(1).status).isEqualTo(200);
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client.flush();
      assertNoticed();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void looksTakeNothingFromWhoStays(int listener) throws Exception {
    try (var socket = listener == 0 ? connect(0) : tls();
        var client = new RawClient(socket)) {
      client.send(GET);
      looked.acquire(2);
      client.send(GET);
      looked.drainPermits();
      looked.acquire(3);
      enough.release();
      assertThat(client.answer().body()).isEqualTo("it");
      looked.drainPermits();
      looked.acquire(2);
      enough.release();
      assertThat(client.answer().body()).isEqualTo("it");
    }
    assertThat(left).isEmpty();
  }
}
