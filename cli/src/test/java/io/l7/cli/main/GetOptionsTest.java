package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.http.HttpServer;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of {@code l7 http get} that mean what they mean to curl. */
class GetOptionsTest {
  private static final int LIMIT = 1000;

  @TempDir Path folder;

  private final GetRun get = new GetRun();
  private final StringWriter error = get.error;
  private final InputStream input = System.in;
  private HttpServer server;

  /** Tells who asked for what. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.builder().handler(GetOptionsTest::tell).start();
  }

  @AfterEach
  void stop() {
    server.close();
    System.setIn(input);
  }

  private static Response tell(Request request) throws IOException {
    return Response.text(
        request.method()
            + " "
            + request.target()
            + " "
            + request.fields().first(FieldNames.CONTENT_TYPE, "-")
            + " "
            + request.fields().first(FieldNames.AUTHORIZATION, "-")
            + " "
            + request.body().text(LIMIT));
  }

  private int run(String... arguments) {
    return get.run(arguments);
  }

  private String told(String path, String... arguments) throws IOException {
    var file = folder.resolve("answer");
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-sS", "-o", file.toString(), url(path)));
    assertThat(run(all.toArray(String[]::new))).as(error.toString()).isZero();
    return Files.readString(file);
  }

  private String url(String path) {
    return "http://" + Endpoint.of(server.address()) + path;
  }

  @Test
  void aPasswordThatIsNotGivenIsAskedFor() throws IOException {
    System.setIn(new ByteArrayInputStream("open sesame\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(told("/", "-u", "ali")).isEqualTo("GET / - Basic YWxpOm9wZW4gc2VzYW1l ");
    System.setIn(InputStream.nullInputStream());
    assertThat(run("-u", "ali", url("/"))).isOne();
    assertThat(error).asString().isEqualTo("l7: password: none on standard input\n");
  }

  @Test
  @Spec("RFC 3986 §2.1")
  void dataComesRawEncodedAndInTheQuery() throws IOException {
    var form = "application/x-www-form-urlencoded - ";
    assertThat(told("/", "--data-raw", "@a&b")).isEqualTo("POST / " + form + "@a&b");
    assertThat(told("/", "--data-urlencode", "q=a b&ü", "-d", "x=1"))
        .isEqualTo("POST / " + form + "x=1&q=a%20b%26%C3%BC");
    assertThat(told("/s?a=1", "-G", "--data-urlencode", "q=a b"))
        .isEqualTo("GET /s?a=1&q=a%20b - - ");
    assertThat(told("/", "-d", "{}", "-H", "Content-Type: application/json"))
        .isEqualTo("POST / application/json - {}");
    assertThat(told("/", "-d", "{}", "-H", "Content-Type:")).isEqualTo("POST / - - {}");
  }

  @Test
  @Spec("RFC 7578 §4")
  void aFormOfPartsCarriesTextAndFiles() throws IOException {
    var file = Files.writeString(folder.resolve("a \"b\".json"), "[1]");
    var told = told("/", "-F", "who=ali", "-F", "what=@" + file, "-F", "why=<" + file);
    var boundary = told.replaceFirst("(?s).*?boundary=([-0-9a-f]+) .*", "$1");
    assertThat(told)
        .isEqualTo(
            "POST / multipart/form-data; boundary="
                + boundary
                + " - --"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nali\r\n--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"what\"; filename=\"a %22b%22.json\""
                + "\r\nContent-Type: application/json\r\n\r\n[1]\r\n--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"why\"\r\n\r\n[1]\r\n--"
                + boundary
                + "--\r\n");
    var text = Files.writeString(folder.resolve("t.txt"), "\u00fc", StandardCharsets.ISO_8859_1);
    assertThat(told("/", "-F", "f=@" + text)).contains("\r\nContent-Type: text/plain\r\n\r\n");
    assertThat(told("/", "-F", "f=@" + file + ";type=text/x;filename=y"))
        .contains("; filename=\"y\"\r\nContent-Type: text/x\r\n\r\n[1]");
  }

  @Test
  void aNameLeadsWhereResolveSays() throws IOException {
    int port = Endpoint.of(server.address()).port();
    var file = folder.resolve("answer");
    var there = "http://no.invalid:" + port + "/x";
    assertThat(run("--resolve", "No.invalid:" + port + ":127.0.0.1", "-o", file.toString(), there))
        .as(error.toString())
        .isZero();
    assertThat(file).hasContent("GET /x - - ");
    assertThat(run("--resolve", "no.invalid:80:nowhere", there)).isEqualTo(2);
    assertThat(error).asString().startsWith("l7: --resolve: no address: nowhere\n");
  }

  @ParameterizedTest
  @CsvSource({
    "-d a -T b, 'one of -d, -F and -T alone says what is sent'",
    "-d a -F a=b, 'one of -d, -F and -T alone says what is sent'",
    "-I -d a, '-I asks for a header, -d, -F and -T send content'",
    "-G -F a=b, '-G goes with -d, not with -F or -T'",
    "-F a, '-F ''a'' is not NAME=CONTENT or NAME=@FILE'",
    "--resolve a:b, '--resolve: a:b is not HOST:PORT:ADDRESS'",
    "http://a:99999/, 'no port: 99999 in http://a:99999/'"
  })
  void whatDoesNotGoTogetherIsWrongUsage(String options, String words) {
    var all = new ArrayList<>(List.of(options.split(" ")));
    if (!options.contains("://")) all.add(url("/"));
    assertThat(run(all.toArray(String[]::new))).isEqualTo(2);
    assertThat(error).asString().startsWith("l7: " + words + "\n");
  }

  @Test
  void aNameThatNoFileCanHaveIsWrongUsage() {
    assertThat(run("-O", url("/%00"))).isEqualTo(2);
    assertThat(error).asString().startsWith("l7: -O: the URL's path names no file: ");
  }

  @Test
  void aCertificateOfNobodyKnownIsMetWithTheWayOut() throws IOException {
    var authority = CertificateAuthority.create("test", InstantSource.system());
    try (var secure =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(authority.issue("127.0.0.1")))
            .handler(request -> Response.text("x"))
            .start()) {
      var at = Endpoint.of(secure.address());
      assertThat(run("https://" + at + "/")).isOne();
      assertThat(error)
          .asString()
          .isEqualTo(
              "l7: https://"
                  + at
                  + "/: TLS with "
                  + at
                  + ": its certificate is not signed by an authority that is trusted here;"
                  + " --cacert FILE trusts it, -k anyone\n");
    }
  }

  @Test
  void whatIsExplainedMayHaveFields() throws IOException {
    var out = new StringWriter();
    try (var picky =
        HttpServer.builder()
            .handler(
                request ->
                    request.fields().first("X-A", "").equals("2")
                        ? Response.text("x")
                        : Response.error(Status.NOT_FOUND))
            .start()) {
      var url = "http://" + Endpoint.of(picky.address()) + "/";
      int status =
          Main.run(
              new String[] {"http", "explain", "-H", "X-A: 2", url},
              new PrintWriter(out, true),
              new PrintWriter(error, true));
      assertThat(status).as(error.toString()).isZero();
    }
    assertThat(out).asString().contains(": 200 OK; ");
  }
}
