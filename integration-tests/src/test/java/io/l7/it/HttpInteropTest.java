package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.Pem;
import io.l7.common.tls.TlsIdentity;
import io.l7.http.HttpServer;
import io.l7.http.events.EventStream;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.routing.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl, wget and Chromium at our server. */
@Tag("interop")
class HttpInteropTest {
  @TempDir private Path folder;

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final CountDownLatch told = new CountDownLatch(1);
  private byte[] file = new byte[0];
  private HttpServer server;
  private Path authority;

  @BeforeEach
  void serve() throws IOException {
    file = new byte[300_000];
    new Random(7).nextBytes(file);
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.write(site.resolve("file.bin"), file);
    Files.writeString(site.resolve("text.txt"), "compress me, please\n".repeat(500));
    Handler files = StaticFiles.of(site).build();
    Handler routes =
        Routes.builder()
            .post("/echo", request -> Response.text(request.body().text(1 << 20)))
            .put("/echo", request -> Response.text(request.body().text(1 << 20)))
            .get(
                "/events",
                request ->
                    EventStream.response(
                        events -> {
                          events.send("tick", "one");
                          events.send("tick", "two\nlines");
                        }))
            .get(
                "/told",
                request -> {
                  told.countDown();
                  return Response.text("");
                })
            .get(
                "/hold",
                request ->
                    Response.text(told.await(Ran.SECONDS, TimeUnit.SECONDS) ? "told" : "late"))
            .mount(
                "/",
                request -> {
                  request.field("Range").ifPresent(ranges::add);
                  return files.handle(request);
                })
            .build();
    var issuer = CertificateAuthority.create("test", InstantSource.system());
    authority = folder.resolve("ca.pem");
    Files.writeString(authority, Pem.text(issuer.certificate()));
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(issuer.issue("localhost")))
            .handler(routes)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.addresses().getFirst().getPort() + path;
  }

  private Ran run(String... command) throws Exception {
    Path program = Programs.required(command[0], command[0]);
    return Ran.in(folder, program, Arrays.copyOfRange(command, 1, command.length));
  }

  @Test
  void curlFetchesWholeAndInPartsAndResumes() throws Exception {
    assertThat(run("curl", "-sS", url("/file.bin")).out()).isEqualTo(file);
    assertThat(run("curl", "-sS", "-r", "100-199", url("/file.bin")).out())
        .isEqualTo(Arrays.copyOfRange(file, 100, 200));
    Path part = folder.resolve("part");
    Files.write(part, Arrays.copyOf(file, 100_000));
    assertThat(run("curl", "-sS", "-C", "-", "-o", part.toString(), url("/file.bin")).status())
        .isZero();
    assertThat(Files.readAllBytes(part)).isEqualTo(file);
    assertThat(run("curl", "-sSI", url("/file.bin")).text())
        .startsWith("HTTP/1.1 200 OK")
        .contains("Content-Length: 300000");
    assertThat(run("curl", "-sS", "--compressed", url("/text.txt")).text())
        .isEqualTo("compress me, please\n".repeat(500));
  }

  @Test
  void curlSendsFormsChunksAndLargeUploadsWithExpect() throws Exception {
    Path upload = Files.writeString(folder.resolve("up"), "x".repeat(200_000));
    assertThat(run("curl", "-sS", "-d", "a=b", url("/echo")).text()).isEqualTo("a=b");
    assertThat(
            run("curl", "-sS", "-H", "Expect: 100-continue", "-T", upload.toString(), url("/echo"))
                .out())
        .hasSize(200_000);
    assertThat(
            run(
                    "curl",
                    "-sS",
                    "-H",
                    "Transfer-Encoding: chunked",
                    "--data-binary",
                    "@" + upload,
                    url("/echo"))
                .out())
        .hasSize(200_000);
    assertThat(run("curl", "-sS", "--http1.0", url("/file.bin")).out()).isEqualTo(file);
  }

  @Test
  void curlVerifiesOurCertificateAndAgreesOnAVersion() throws Exception {
    int port = server.addresses().getLast().getPort();
    Ran ran =
        run(
            "curl",
            "-sS",
            "--cacert",
            authority.toString(),
            "-w",
            "%{http_version}",
            "-o",
            folder.resolve("tls").toString(),
            "https://localhost:" + port + "/file.bin");
    assertThat(ran.status()).isZero();
    assertThat(ran.text()).isEqualTo("2");
    assertThat(Files.readAllBytes(folder.resolve("tls"))).isEqualTo(file);
    assertThat(
            run(
                    "curl",
                    "-sS",
                    "--cacert",
                    authority.toString(),
                    "--cert-status",
                    "https://localhost:" + port + "/file.bin")
                .status())
        .as("no stapled answer is made up")
        .isNotZero();
  }

  @Test
  void wgetFetchesResumesAndMirrors() throws Exception {
    assertThat(run("wget", "-q", "-O", "whole", url("/file.bin")).status()).isZero();
    assertThat(Files.readAllBytes(folder.resolve("whole"))).isEqualTo(file);
    Files.write(folder.resolve("file.bin"), Arrays.copyOf(file, 250_000));
    assertThat(run("wget", "-q", "-c", url("/file.bin")).status()).isZero();
    assertThat(Files.readAllBytes(folder.resolve("file.bin"))).isEqualTo(file);
    assertThat(run("wget", "-q", "-N", url("/text.txt")).status()).isZero();
    assertThat(run("wget", "-q", "-N", url("/text.txt")).status()).as("not modified").isZero();
    assertThat(run("wget", "-q", "-O", "-", url("/nothing")).status()).as("404").isEqualTo(8);
  }

  @Test
  void curlReadsEventsAsTheyCome() throws Exception {
    assertThat(run("curl", "-sSN", url("/events")).text())
        .isEqualTo("event: tick\ndata: one\n\nevent: tick\ndata: two\ndata: lines\n\n");
  }

  /** The page says in its title what happened: a browser that runs scripts, and nothing less. */
  private String titleOf(String page) throws Exception {
    return titleOf(page, "--virtual-time-budget=20000");
  }

  /**
   * As {@link #titleOf(String)} for what takes the machine's own time, as decoding does: the page
   * is not loaded before it has asked for {@code /told}.
   */
  private String titleOnceTold(String page) throws Exception {
    return titleOf(page + "<img src=/hold>", "--timeout=" + Ran.SECONDS * 1000);
  }

  private String titleOf(String page, String patience) throws Exception {
    Files.writeString(folder.resolve("site/page.html"), page);
    Ran ran =
        run(
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--autoplay-policy=no-user-gesture-required",
            "--user-data-dir=" + folder.resolve("profile"),
            patience,
            "--dump-dom",
            url("/page.html"));
    String dom = ran.text();
    int title = dom.indexOf("<title>");
    return title < 0 ? dom : dom.substring(title + 7, dom.indexOf("</title>"));
  }

  @Test
  void aBrowserRunsAPageWithItsParts() throws Exception {
    Path site = folder.resolve("site");
    Files.writeString(site.resolve("a.js"), "document.title = document.title + ' script';");
    Files.writeString(site.resolve("a.css"), "body { color: rgb(1, 2, 3) }");
    Files.writeString(site.resolve("a.json"), "{\"x\": 1}");
    assertThat(
            titleOf(
                """
                <!doctype html><title>page</title><link rel=stylesheet href=a.css><body><script src=a.js></script>
                <script type=module>
                  const json = await (await fetch('a.json')).json();
                  document.title += ' ' + getComputedStyle(document.body).color + ' ' + json.x;
                </script>
                """))
        .isEqualTo("page script rgb(1, 2, 3) 1");
  }

  @Test
  void aBrowserReceivesServerSentEvents() throws Exception {
    assertThat(
            titleOf(
                """
                <!doctype html><title>none</title><script>
                  const heard = [], source = new EventSource('/events');
                  source.addEventListener('tick', e => {
                    heard.push(e.data.replace('\\n', '/'));
                    if (heard.length == 2) { source.close(); document.title = heard.join(' '); }
                  });
                </script>
                """))
        .isEqualTo("one two/lines");
  }

  @Test
  void aBrowserSeeksInAVideoByRange() throws Exception {
    Path video = folder.resolve("site/film.webm");
    var command =
        new ArrayList<>(
            List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10"));
    command.addAll(
        List.of("-t", "60", "-c:v", "libvpx", "-b:v", "1M", "-g", "20", "-y", video.toString()));
    assertThat(run(command.toArray(String[]::new)).status()).isZero();
    assertThat(
            titleOnceTold(
                """
                <!doctype html><title>none</title><video id=v src=film.webm preload=metadata muted></video><script>
                  v.onloadedmetadata = () => { v.currentTime = 55; };
                  v.onseeked = () => { tell('at ' + Math.round(v.currentTime) + ' of ' + Math.round(v.duration)); };
                  v.onerror = () => { tell('error ' + v.error.message); };
                  function tell(what) { document.title = what; fetch('/told'); }
                </script>
                """))
        .isEqualTo("at 55 of 60");
    assertThat(ranges)
        .as("the end was asked for without the middle")
        .anyMatch(range -> !range.equals("bytes=0-"));
  }
}
