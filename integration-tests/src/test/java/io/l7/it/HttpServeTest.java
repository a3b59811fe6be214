package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.Pem;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.http.HttpServer;
import io.l7.http.guard.PasswordHash;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.semantics.BasicCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 http serve} by its options, as a process. */
class HttpServeTest {
  @TempDir private Path folder;

  private Path site(String name, String text) throws IOException {
    Path site = Files.createDirectories(folder.resolve(name));
    Files.writeString(site.resolve("index.html"), text);
    return site;
  }

  /** A connection of a client; each answer is its status and body. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    private Client(Socket socket) throws IOException {
      this.socket = socket;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(20_000);
    }

    static Client to(Endpoint server, String from) throws IOException {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      socket.connect(server.toSocketAddress());
      return new Client(socket);
    }

    String get(String host, String path, String... lines) throws IOException {
      var more = new StringBuilder();
      for (String line : lines) {
        more.append(line).append("\r\n");
      }
      send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n");
      String status = in.readLine().substring(9, 12);
      int length = 0;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      var body = new char[length];
      for (int at = 0; at < length; ) {
        at += in.read(body, at, length - at);
      }
      return status + " " + new String(body).strip();
    }

    void send(String octets) throws IOException {
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static HttpServer upstream(String name, AtomicBoolean well) throws IOException {
    return HttpServer.builder()
        .listen(Endpoint.parse("127.0.0.1:0"))
        .handler(
            request ->
                request.path().equals("/health")
                    ? Response.text("").withStatus(well.get() ? Status.OK : Status.BAD_GATEWAY)
                    : Response.text(name + " for " + request.field("X-Real-IP").orElse("")))
        .start();
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  @Test
  void hostsAndUpstreamsAndClientsAreWhatTheOptionsSay() throws Exception {
    var well = new AtomicBoolean(true);
    try (var one = upstream("one", new AtomicBoolean(true));
        var two = upstream("two", well);
        var l7 =
            L7Process.start(
                "http",
                "serve",
                site("main", "main").toString(),
                "--listen=127.0.0.1:0",
                "--site=a.example=" + site("a", "site a"),
                "--site=*.b.example=" + site("b", "site b"),
                "--proxy=a.example/api=" + url(one) + "," + url(two),
                "--health-path=/health",
                "--health-interval=50ms",
                "--proxy-protocol=127.0.0.2/32",
                "--trusted-proxy=127.0.0.1",
                "--max-per-address=3",
                "--max-body=1KiB",
                "--access-log=-",
                "--access-log-format=json")) {
      Endpoint server = l7.ready("http");
      try (var client = Client.to(server, "127.0.0.1")) {
        assertThat(client.get("other", "/")).isEqualTo("200 main");
        assertThat(client.get("A.example:80", "/")).isEqualTo("200 site a");
        assertThat(client.get("x.b.example", "/")).isEqualTo("200 site b");
        assertThat(client.get("other", "/api/x")).startsWith("404");
        assertThat(List.of(client.get("a.example", "/api/x"), client.get("a.example", "/api/x")))
            .containsExactlyInAnyOrder("200 one for 127.0.0.1", "200 two for 127.0.0.1");
        assertThat(client.get("a.example", "/api/x", "Forwarded: for=192.0.2.9"))
            .endsWith(" for 192.0.2.9");
        well.set(false);
        Eventually.holds(
            "the change",
            () -> {
              Map<String, Integer> counts = new HashMap<>();
              for (int i = 0; i < 6; i++) {
                counts.merge(client.get("a.example", "/api/x"), 1, Integer::sum);
              }
              return counts.keySet().equals(java.util.Set.of("200 one for 127.0.0.1"));
            });
        assertThat(client.get("other", "/", "Content-Length: 1025")).startsWith("413");
      }
      try (var client = Client.to(server, "127.0.0.3")) {
        assertThat(client.get("a.example", "/api/x", "Forwarded: for=192.0.2.9"))
            .as("nobody believes a stranger")
            .isEqualTo("200 one for 127.0.0.3");
      }
      try (var client = Client.to(server, "127.0.0.2")) {
        client.send("PROXY TCP4 198.51.100.7 127.0.0.1 4711 80\r\n");
        assertThat(client.get("a.example", "/api/named")).isEqualTo("200 one for 198.51.100.7");
      }
      try (var client = Client.to(server, "127.0.0.2")) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.in.read()).as("a PROXY header is demanded there").isEqualTo(-1);
      }
      String line = l7.line("{");
      while (!line.contains("/api/named")) {
        line = l7.line("{");
      }
      Json logged = Json.parse(line);
      assertThat(logged.at("remote").text()).isEqualTo("198.51.100.7");
      assertThat(logged.at("host").text()).isEqualTo("a.example");
      assertThat(logged.at("status").number()).isEqualTo(200);
      try (var first = Client.to(server, "127.0.0.4");
          var second = Client.to(server, "127.0.0.4");
          var third = Client.to(server, "127.0.0.4");
          var fourth = Client.to(server, "127.0.0.4")) {
        assertThat(first.get("x", "/")).startsWith("200");
        assertThat(second.get("x", "/")).startsWith("200");
        assertThat(third.get("x", "/")).startsWith("200");
        assertThat(fourth.in.read()).as("one too many from this address").isEqualTo(-1);
      }
      l7.signal("TERM");
      assertThat(l7.status()).isZero();
    }
  }

  @Test
  void whoAsksTooOftenIs429AndHasNoFurtherPasswordChecked() throws Exception {
    Path users = folder.resolve("users");
    Files.writeString(users, "bob:" + PasswordHash.of("secret") + "\n");
    try (var l7 =
        L7Process.start(
            "http",
            "serve",
            site("main", "main").toString(),
            "--listen=127.0.0.1:0",
            "--basic-auth=" + users,
            "--rate-limit=0.01",
            "--rate-burst=3")) {
      try (var client = Client.to(l7.ready("http"), "127.0.0.1")) {
        String right = "Authorization: " + BasicCredentials.field("bob:secret");
        assertThat(client.get("x", "/", right)).startsWith("200");
        for (String answer : List.of("401", "401", "429")) {
          String guess = "Authorization: " + BasicCredentials.field("bob:" + answer);
          assertThat(client.get("x", "/", guess)).startsWith(answer);
        }
        assertThat(client.get("x", "/", right)).startsWith("429");
      }
    }
  }

  @Test
  void aReloadChangesSitesUpstreamsAndCertificatesUnderLiveConnections() throws Exception {
    Ignored.HUP.leavesOut();
    var authority = CertificateAuthority.create("test", InstantSource.system());
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    write(authority.issue("localhost"), certificate, key);
    Path config = folder.resolve("l7.toml");
    var trust = TlsTrust.of(List.of(authority.certificate()));
    try (var one = upstream("one", new AtomicBoolean(true));
        var two = upstream("two", new AtomicBoolean(true))) {
      Files.writeString(
          config,
          """
          tls-cert = "%s"
          tls-key = "%s"
          proxy = ["/api=%s"]
          cache = "1MiB"
          """
              .formatted(certificate, key, url(one)));
      try (var l7 =
          L7Process.start(
              "http",
              "serve",
              site("main", "main").toString(),
              "--listen=127.0.0.1:0",
              "--config=" + config)) {
        Endpoint server = l7.ready("https");
        try (var client = tls(trust, server)) {
          assertThat(client.get("localhost", "/")).isEqualTo("200 main");
          assertThat(client.get("localhost", "/api/")).isEqualTo("200 one for 127.0.0.1");

          Files.writeString(
              config,
              """
              tls-cert = "%s"
              tls-key = "%s"
              proxy = ["/api=%s"]
              site = ["localhost=%s"]
              cache = "1MiB"
              """
                  .formatted(certificate, key, url(two), site("other", "other")));
          write(authority.issue("localhost", "second.example"), certificate, key);
          l7.signal("HUP");
          Eventually.holds("the change", () -> client.get("localhost", "/").equals("200 other"));
          assertThat(client.get("127.0.0.1", "/"))
              .as("the handshake's certificate still counts")
              .startsWith("421");
          assertThat(client.get("localhost", "/api/")).startsWith("404");

          try (var fresh = tls(trust, server)) {
            assertThat(fresh.get("second.example", "/api/")).isEqualTo("200 two for 127.0.0.1");
          }

          Files.writeString(config, "proxi = 1\n");
          l7.signal("HUP");
          Eventually.holds(
              "the change",
              () -> l7.errors().stream().anyMatch(line -> line.contains("not reloaded")));
          assertThat(client.get("localhost", "/")).as("all stays").isEqualTo("200 other");
        }
      }
    }
  }

  private static void write(TlsIdentity.Credentials credentials, Path certificate, Path key)
      throws IOException {
    Files.writeString(certificate, Pem.text(credentials.chain().toArray()));
    var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + base64.encodeToString(credentials.key().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }

  private static Client tls(TlsTrust trust, Endpoint server) throws IOException {
    var socket =
        trust.clientSocket(new Socket("127.0.0.1", server.port()), "localhost", server.port());
    socket.startHandshake();
    return new Client(socket);
  }
}
