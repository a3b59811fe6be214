package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.Pem;
import io.l7.common.tls.TlsIdentity;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Response;
import io.l7.http.message.Version;
import io.l7.http.proxy.ReverseProxy;
import io.l7.http.routing.Routes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl, nghttp, h2load, h2spec and Chromium at our server, over HTTP/2. */
@Tag("interop")
class Http2InteropTest {
  private static final int FILES = 40;

  @TempDir private Path folder;

  private final Metrics metrics = new Metrics();
  private byte[] file = new byte[0];
  private HttpServer server;
  private HttpServer upstream;
  private final HttpClient outward = HttpClient.builder().build();
  private ReverseProxy proxy;
  private Path authority;

  @BeforeEach
  void serve() throws IOException {
    file = new byte[1_000_000];
    new Random(9).nextBytes(file);
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.write(site.resolve("file.bin"), file);
    for (int i = 0; i < FILES; i++) {
      Files.writeString(site.resolve("part" + i + ".txt"), ("part " + i + "\n").repeat(500));
    }
    Files.writeString(site.resolve("page.html"), "<!doctype html><title>page</title>");
    upstream =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(
                request ->
                    Response.text(
                        request.version()
                            + " "
                            + request.authority()
                            + " "
                            + request.fields().first("Via", "")
                            + " "
                            + request.body().text(1 << 20)))
            .start();
    proxy =
        ReverseProxy.over(outward.transport())
            .upstream(URI.create("http://127.0.0.1:" + upstream.address().getPort()))
            .build();
    var issuer = CertificateAuthority.create("test", InstantSource.system());
    authority = folder.resolve("ca.pem");
    Files.writeString(authority, Pem.text(issuer.certificate()));
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(issuer.issue("localhost")))
            .metrics(metrics)
            .handler(
                Routes.builder()
                    .put("/echo", request -> Response.text(request.body().text(1 << 24)))
                    .mount("/up", proxy)
                    .mount("/", StaticFiles.of(site).build())
                    .build())
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
    proxy.close();
    outward.close();
    upstream.close();
  }

  private String plain(String path) {
    return "http://127.0.0.1:" + server.addresses().getFirst().getPort() + path;
  }

  private String secure(String path) {
    return "https://localhost:" + server.addresses().getLast().getPort() + path;
  }

  private byte[] run(Path program, String... arguments) throws Exception {
    return Ran.in(folder, program, arguments).well().out();
  }

  private String text(Path program, String... arguments) throws Exception {
    return Ran.in(folder, program, arguments).well().text();
  }

  @Test
  @Spec("RFC 9113 §3")
  void curlGetsAndPutsUnderTlsAndInTheClear() throws Exception {
    Path curl = Programs.required("curl", "curl");
    Path up =
        Files.write(
            folder.resolve("up"), "x".repeat(3_000_000).getBytes(StandardCharsets.US_ASCII));
    String trusted = authority.toString();
    assertThat(run(curl, "-sS", "--http2-prior-knowledge", plain("/file.bin"))).isEqualTo(file);
    assertThat(run(curl, "-sS", "--cacert", trusted, secure("/file.bin"))).isEqualTo(file);
    assertThat(
            text(
                curl,
                "-sS",
                "--cacert",
                trusted,
                "-w",
                "%{http_version}",
                "-o",
                "-",
                "-I",
                secure("/file.bin")))
        .startsWith("HTTP/2 200")
        .contains("content-length: 1000000")
        .endsWith("2");
    assertThat(
            run(
                curl,
                "-sS",
                "--cacert",
                trusted,
                "-H",
                "Expect: 100-continue",
                "-T",
                up.toString(),
                secure("/echo")))
        .hasSize(3_000_000);
    assertThat(run(curl, "-sS", "--cacert", trusted, "-r", "10-19", secure("/file.bin")))
        .hasSize(10);
    assertThat(
            text(
                curl,
                "-sS",
                "--cacert",
                trusted,
                "--http1.1",
                "-w",
                "%{http_version}",
                "-o",
                "none",
                secure("/file.bin")))
        .isEqualTo("1.1");
  }

  @Test
  @Spec("RFC 9113 §8")
  void whatComesOverHttp2GoesOnOverHttp11() throws Exception {
    Path curl = Programs.required("curl", "curl");
    assertThat(text(curl, "-sS", "--http2-prior-knowledge", "-d", "content", plain("/up/x")))
        .isEqualTo(
            Version.HTTP_1_1
                + " 127.0.0.1:"
                + server.addresses().getFirst().getPort()
                + " 2 l7 content");
  }

  @Test
  @Spec("RFC 9113 §5")
  void nghttpFetchesManyAtOnceAndUploads() throws Exception {
    Path nghttp = Programs.required("nghttp", "nghttp2-client");
    Path up = Files.write(folder.resolve("up"), new byte[500_000]);
    var all = new ArrayList<>(List.of("-n", "-s", "--no-verify-peer"));
    for (int i = 0; i < FILES; i++) {
      all.add(secure("/part" + i + ".txt"));
    }
    String statistics = text(nghttp, all.toArray(String[]::new));
    assertThat(statistics.lines().filter(line -> line.contains(" 200 "))).hasSize(FILES);
    assertThat(
            run(nghttp, "-H:method: PUT", "--expect-continue", "-d", up.toString(), plain("/echo")))
        .hasSize(500_000);
  }

  @Test
  void h2loadHasEveryAnswer() throws Exception {
    Path h2load = Programs.required("h2load", "nghttp2-client");
    for (String url : List.of(plain("/part1.txt"), secure("/part1.txt"), secure("/file.bin"))) {
      String count = url.endsWith("bin") ? "100" : "5000";
      assertThat(text(h2load, "-n", count, "-c", "4", "-m", "20", "-t", "1", url))
          .contains(count + " succeeded, 0 failed, 0 errored, 0 timeout");
    }
    assertThat(metrics.scrape()).doesNotContainPattern("l7_http2_floods_total\\{.*\\} [1-9]");
  }

  @Test
  @Spec("RFC 9113")
  void h2specHasNoComplaint() throws Exception {
    Path h2spec = Programs.required("h2spec", "golang, and build github.com/summerwind/h2spec");
    int port = server.addresses().getLast().getPort();
    assertThat(
            text(
                h2spec,
                "-S",
                "-h",
                "localhost",
                "-p",
                String.valueOf(port),
                "-t",
                "-k",
                "-P",
                "/file.bin"))
        .contains("146 passed, 0 skipped, 0 failed");
  }

  @Test
  void aBrowserFetchesAPageAndItsPartsOverOneConnection() throws Exception {
    Path chromium = Programs.required("chromium", "chromium");
    Files.writeString(
        folder.resolve("site/page.html"),
        """
        <!doctype html><title>none</title><script type=module>
          const texts = await Promise.all([...Array(40).keys()].map(
            async i => (await fetch('part' + i + '.txt')).text()));
          const whole = (await (await fetch('file.bin')).arrayBuffer()).byteLength;
          const back = await (await fetch('/echo', {method: 'PUT', body: 'x'.repeat(200000)})).text();
          const how = new Set(performance.getEntriesByType('resource').map(e => e.nextHopProtocol));
          document.title = [texts.join('').length, whole, back.length, [...how].join()].join(' ');
        </script>
        """);
    int length = 0;
    for (int i = 0; i < FILES; i++) {
      length += ("part " + i + "\n").length() * 500;
    }
    String dom =
        text(
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--ignore-certificate-errors",
            "--user-data-dir=" + folder.resolve("profile"),
            "--virtual-time-budget=20000",
            "--dump-dom",
            secure("/page.html"));
    assertThat(dom).contains("<title>" + length + " 1000000 200000 h2</title>");
    assertThat(metrics.scrape()).doesNotContainPattern("l7_http2_floods_total\\{.*\\} [1-9]");
  }
}
