package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers on the way of {@code l7 http get} to the one it delivers. */
class GetHeadsTest {
  @TempDir Path folder;

  private final GetRun get = new GetRun();
  private final StringWriter printed = get.printed;
  private final StringWriter error = get.error;
  private final AtomicInteger asked = new AtomicInteger();
  private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.builder().handler(this::answer).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Response answer(Request request) {
    int number = asked.incrementAndGet();
    clients.add(request.exchange().remote());
    return switch (request.path()) {
      case "/a" -> Response.redirect(Status.FOUND, "/b");
      case "/round" -> Response.redirect(Status.FOUND, "/round");
      case "/third" ->
          number < 3
              ? Response.error(Status.SERVICE_UNAVAILABLE).with(FieldNames.RETRY_AFTER, "0")
              : Response.text("at last");
      case "/short" -> Response.ok("a/b", Body.of(new ByteArrayInputStream(new byte[3]), 10));
      case "/busy" -> Response.error(Status.SERVICE_UNAVAILABLE);
      case "/patience" ->
          Response.error(Status.TOO_MANY_REQUESTS).with(FieldNames.RETRY_AFTER, "86400");
      default -> Response.text(request.fields().first(FieldNames.COOKIE, "no cookie"));
    };
  }

  private int run(String... arguments) {
    return get.run(arguments);
  }

  private String url(String path) {
    return "http://" + Endpoint.of(server.address()) + path;
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private static List<String> statusLines(Path file) throws IOException {
    return Files.readString(file).lines().filter(line -> line.startsWith("HTTP/")).toList();
  }

  @Test
  void theHeadOfEachRedirectStandsBeforeTheBody() throws IOException {
    var file = file("answer");
    assertThat(run("-iLs", "-o", file.toString(), url("/a"))).as(error.toString()).isZero();
    assertThat(statusLines(file)).containsExactly("HTTP/1.1 302 Found", "HTTP/1.1 200 OK");
    assertThat(file).content().endsWith("\r\n\r\nno cookie");
    assertThat(run("-ILs", "-o", file.toString(), url("/a"))).as(error.toString()).isZero();
    assertThat(statusLines(file)).containsExactly("HTTP/1.1 302 Found", "HTTP/1.1 200 OK");
    assertThat(file).content().endsWith("\r\n\r\n");
  }

  @Test
  void aDumpHoldsTheHeadsAndTheOutputTheBodyAlone() throws IOException {
    var file = file("answer");
    var heads = file("heads");
    assertThat(run("-Ls", "-D", heads.toString(), "-o", file.toString(), url("/a")))
        .as(error.toString())
        .isZero();
    assertThat(statusLines(heads)).containsExactly("HTTP/1.1 302 Found", "HTTP/1.1 200 OK");
    assertThat(file).hasContent("no cookie");
  }

  @Test
  void aDumpTellsOfAWayThatLedNowhere() throws IOException {
    var heads = file("heads");
    assertThat(run("-Ls", "-D", heads.toString(), "-o", file("answer").toString(), url("/round")))
        .isOne();
    assertThat(statusLines(heads)).hasSize(21).containsOnly("HTTP/1.1 302 Found");
    assertThat(error).asString().contains("over 20 redirects");
  }

  @Test
  void aDumpThatCannotBeWrittenIsNamed() {
    var nowhere = file("none").resolve("heads").toString();
    assertThat(run("-s", "-D", nowhere, "-o", file("answer").toString(), url("/"))).isOne();
    assertThat(error).asString().startsWith("l7: " + nowhere + ": ");
  }

  @Test
  @Spec("RFC 9112 §2.3")
  void theVersionIsTheOneOfTheServer() throws Exception {
    var file = file("answer");
    try (var old = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var serving =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var accepted = old.accept()) {
                      accepted
                          .getOutputStream()
                          .write(
                              "HTTP/1.0 200 Fine\r\n\r\nold".getBytes(StandardCharsets.US_ASCII));
                      accepted.shutdownOutput();
                      accepted.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                      error.write("server: " + e);
                    }
                  });
      var to = "http://127.0.0.1:" + old.getLocalPort() + "/";
      assertThat(run("-is", "-w", "%{http_version}", "-o", file.toString(), to)).isZero();
      serving.join();
    }
    assertThat(file).hasContent("HTTP/1.0 200 Fine\r\n\r\nold");
    assertThat(printed).hasToString("1.0");
  }

  @Test
  void aBusyServerIsAskedAgain() throws IOException {
    var file = file("answer");
    assertThat(run("--retry", "2", "--retry-delay", "1ms", "-o", file.toString(), url("/third")))
        .as(error.toString())
        .isZero();
    assertThat(file).hasContent("at last");
    assertThat(clients).as("connections for three requests").hasSize(1);
    assertThat(error)
        .asString()
        .startsWith(
            "l7: "
                + url("/third")
                + ": 503 Service Unavailable; again in 0.0 s, 2 retries left\n"
                + "l7: "
                + url("/third")
                + ": 503 Service Unavailable; again in 0.0 s, 1 retry left\n");
  }

  @Test
  void theLastAnswerOfABusyServerIsDelivered() throws IOException {
    var file = file("answer");
    var to = file.toString();
    assertThat(run("-s", "--retry", "3", "--retry-delay", "1ms", "-o", to, url("/busy"))).isOne();
    assertThat(asked).hasValue(4);
    assertThat(file).hasContent("503 Service Unavailable");
    assertThat(run("-s", "--retry", "3", "--retry-delay", "1ms", "-o", to, url("/patience")))
        .isOne();
    assertThat(asked).as("a day is too long").hasValue(5);
    assertThat(file).hasContent("429 Too Many Requests");
  }

  @Test
  void whatBeganToArriveIsNotAskedForAgain() {
    var to = file("answer").toString();
    assertThat(run("-s", "--retry", "3", "--retry-delay", "1ms", "-o", to, url("/short"))).isOne();
    assertThat(error).asString().contains("ended early, 7 bytes are missing");
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-T", "-F"})
  void contentOfAFileIsSentOnce(String option) throws IOException {
    var file = Files.writeString(file("content"), "content");
    var content = option.equals("-F") ? "f=@" + file : file.toString();
    var to = file("answer").toString();
    assertThat(
            run(
                "-s",
                "--retry",
                "3",
                "--retry-delay",
                "1ms",
                "-o",
                to,
                option,
                content,
                url("/busy")))
        .isOne();
    assertThat(asked).hasValue(1);
  }

  @Test
  void dataIsSentAgain() {
    var to = file("answer").toString();
    assertThat(
            run("-s", "--retry", "3", "--retry-delay", "1ms", "-o", to, "-d", "a=b", url("/busy")))
        .isOne();
    assertThat(asked).hasValue(4);
  }

  @Test
  void aRefusedConnectionIsTriedAgainWhereThatIsSaid() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var nobody = "http://127.0.0.1:" + port + "/";
    var by = List.of("--retry", "1", "--retry-delay", "1ms");
    assertThat(run(by.get(0), by.get(1), by.get(2), by.get(3), nobody)).isOne();
    assertThat(error).asString().doesNotContain("again");
    assertThat(run(by.get(0), by.get(1), by.get(2), by.get(3), "--retry-connrefused", nobody))
        .isOne();
    assertThat(error).asString().contains("; again in 0.0 s, 1 retry left\n");
  }

  @Test
  @Spec("RFC 6265 §4.2")
  void cookiesStandInOneField() throws IOException {
    var file = file("answer");
    assertThat(run("-s", "-b", "a=1", "-b", "b=2; c=3", "-o", file.toString(), url("/"))).isZero();
    assertThat(file).hasContent("a=1; b=2; c=3");
    assertThat(run("-b", "jar.txt", url("/"))).isEqualTo(2);
    assertThat(error).asString().startsWith("l7: -b 'jar.txt' is not NAME=VALUE\n");
  }
}
