package io.l7.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
  private static final Instant LONG_AGO = Instant.parse("2025-06-01T12:00:00.123456789Z");

  @TempDir private Path outer;
  private Path folder = Path.of("");

  @BeforeEach
  void makeSite() throws IOException {
    folder = Files.createDirectory(outer.resolve("site"));
    write("index.html", "<p>home</p>");
    write("ten.txt", "0123456789");
    write("sub/index.html", "sub");
    Files.createDirectory(folder.resolve("empty"));
    write("page.css", "a{}".repeat(1000));
    Files.write(folder.resolve("big.bin"), new byte[200_000]);
    Files.writeString(outer.resolve("secret"), "secret");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
  }

  private StaticFiles site() throws IOException {
    return StaticFiles.of(folder).build();
  }

  private static Request get(String target, String... fields) {
    return request(Method.GET, target, fields);
  }

  private static Request request(Method method, String target, String... fields) {
    Request request = Request.get("http://a/").withMethod(method).withTarget(Target.of(target));
    for (int i = 0; i < fields.length; i += 2) {
      request = request.with(fields[i], fields[i + 1]);
    }
    return request;
  }

  private static String body(Response response) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var body = response.body()) {
      body.writeTo(out);
    }
    return out.toString(UTF_8);
  }

  @Test
  void aFileHasTypeValidatorsAndContent() throws Exception {
    Response response = site().handle(get("/ten.txt"));
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.field("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(response.field("Last-Modified")).contains("Sun, 01 Jun 2025 12:00:00 GMT");
    assertThat(response.field("ETag").orElse("")).matches("\"[0-9a-f]+-[0-9a-f]+-a\"");
    assertThat(response.field("Accept-Ranges")).contains("bytes");
    assertThat(body(response)).isEqualTo("0123456789");
  }

  @Test
  void aFolderIsItsIndexPageAndIsRedirectedToItsSlash() throws Exception {
    assertThat(body(site().handle(get("/")))).isEqualTo("<p>home</p>");
    assertThat(body(site().handle(get("/sub/")))).isEqualTo("sub");
    Response redirect = site().handle(get("/sub?x=y"));
    assertThat(redirect.status().code()).isEqualTo(301);
    assertThat(redirect.field("Location")).contains("/sub/?x=y");
  }

  @Test
  void aFolderWithoutIndexIs404UnlessBrowsed() throws Exception {
    assertThat(site().handle(get("/empty/")).status().code()).isEqualTo(404);
    write("empty/<a> & b.txt", "x");
    Response listing = StaticFiles.of(folder).browse().build().handle(get("/empty/"));
    assertThat(body(listing))
        .contains("href=\"./%3ca%3e%20%26%20b.txt\"")
        .contains("&lt;a&gt; &amp; b.txt")
        .doesNotContain("<a> &");
    Response json =
        StaticFiles.of(folder)
            .browse()
            .build()
            .handle(get("/empty/", "Accept", "application/json"));
    assertThat(body(json)).contains("\"name\":\"<a> & b.txt\"");
    assertThat(StaticFiles.of(folder).browse().build().handle(get("/empty")).status().code())
        .isEqualTo(301);
  }

  @Test
  void aListingThatIsCutSaysSo() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      Files.createFile(folder.resolve("empty/" + i));
    }
    StaticFiles site = StaticFiles.of(folder).browse().build();
    assertThat(body(site.handle(get("/empty/"))).split("<tr>")).hasSize(10_000 + 3);
    assertThat(body(site.handle(get("/empty/")))).doesNotContain("more than");
    Files.createFile(folder.resolve("empty/one-more"));
    assertThat(body(site.handle(get("/empty/"))).split("<tr>")).hasSize(10_000 + 3);
    assertThat(body(site.handle(get("/empty/")))).contains("more than these 10000 names");
    String json = body(site.handle(get("/empty/", "Accept", "application/json")));
    assertThat(json).endsWith(",\n{\"type\":\"cut\",\"limit\":10000}\n]\n");
    assertThat(Json.parse(json).elements()).hasSize(10_001);
  }

  @Test
  @Spec("RFC 9110 §8.8.2.1")
  void nothingWasChangedInTheFuture() throws Exception {
    write("ten.txt", "0123456789");
    Path file = folder.resolve("ten.txt");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(90_000)));
    Response response = site().handle(get("/ten.txt"));
    assertThat(response.field("Last-Modified")).isEmpty();
    String tag = response.field("ETag").orElseThrow();
    assertThat(site().handle(get("/ten.txt", "If-None-Match", tag)).status().code()).isEqualTo(304);
  }

  @Test
  void aSinglePageApplicationAnswersUnknownPathsToReadsOnly() throws Exception {
    var site = StaticFiles.of(folder).singlePage().build();
    assertThat(body(site.handle(get("/some/route")))).isEqualTo("<p>home</p>");
    assertThat(site.handle(request(Method.POST, "/some/route")).status().code()).isEqualTo(405);
    assertThat(site.handle(get("/..%2f")).status().code()).isEqualTo(400);
  }

  @Test
  @Spec("RFC 9110 §15.5.6")
  void otherMethodsAreRefusedWithWhatIsAllowed() throws Exception {
    for (Method method : new Method[] {Method.POST, Method.PUT, Method.PATCH, Method.DELETE}) {
      Response response = site().handle(request(method, "/ten.txt"));
      assertThat(response.status().code()).isEqualTo(405);
      assertThat(response.field("Allow")).contains("GET, HEAD, OPTIONS");
    }
    assertThat(site().handle(request(Method.of("BREW"), "/")).status().code()).isEqualTo(501);
    assertThat(site().handle(request(Method.OPTIONS, "/ten.txt")).status().code()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/..%5csecret",
        "/sub/../../secret",
        "/%252e%252e/secret",
        "/%c0%ae%c0%ae/secret",
        "/ten.txt%00",
        "/..;/secret",
        "//etc/passwd",
        "/out",
        "/outdir/secret",
        "/.hidden",
        "/sub/.git/config",
        "/.well-known-keys/a",
        "/ten.txt/",
        "/ten.txt/x",
        "/loop",
        "/fifo",
        "/%",
        "/\\secret",
        "/%2fetc/passwd"
      })
  @Timeout(10)
  void nothingOutsideTheSiteIsEverServed(String path) throws Exception {
    Files.createSymbolicLink(folder.resolve("out"), outer.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("outdir"), outer);
    Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    Files.writeString(folder.resolve(".hidden"), "secret");
    write("sub/.git/config", "secret");
    write(".well-known-keys/a", "secret");
    new ProcessBuilder("mkfifo", folder.resolve("fifo").toString()).start().waitFor();
    Response response = StaticFiles.of(folder).browse().build().handle(get(path));
    assertThat(response.status().code()).isIn(400, 404);
    assertThat(body(response)).doesNotContain("secret\n").doesNotContain("root:");
  }

  @Test
  void aFolderIsNoArchiveOfItsName() throws Exception {
    write("sub/index.html", "the folder");
    write("sub.gz", "an archive");
    Response response = site().handle(get("/sub", "Accept-Encoding", "gzip"));
    assertThat(response.status().code()).isEqualTo(301);
    assertThat(body(site().handle(get("/sub.gz")))).isEqualTo("an archive");
  }

  @Test
  void whatIsPutInThePlaceOfAFileMeanwhileIsServedOrNotFound() throws Exception {
    write("deep/large.txt", "x".repeat(100_000));
    for (String swap : List.of("link", "link out", "folder", "file for folder")) {
      StaticFiles site = site();
      assertThat(body(site.handle(get("/deep/large.txt")))).as(swap).hasSize(100_000);
      Path file = folder.resolve("deep/large.txt");
      Path aside = Files.move(file, folder.resolve("aside"));
      switch (swap) {
        case "link" -> Files.createSymbolicLink(file, folder.resolve("ten.txt"));
        case "link out" -> Files.createSymbolicLink(file, outer.resolve("secret"));
        case "folder" -> Files.createDirectory(file);
        default -> {
          Files.delete(folder.resolve("deep"));
          Files.writeString(folder.resolve("deep"), "a file");
        }
      }
      Response response = site.handle(get("/deep/large.txt"));
      assertThat(response.status().code()).as(swap).isEqualTo(swap.equals("link") ? 200 : 404);
      Files.deleteIfExists(swap.equals("file for folder") ? folder.resolve("deep") : file);
      Files.createDirectories(folder.resolve("deep"));
      Files.move(aside, file);
    }
  }

  @Test
  void whatTheServerMayNotReadIs403() throws Exception {
    write("locked.txt", "x");
    write("locked/x", "x");
    var nobody = PosixFilePermissions.fromString("---------");
    Files.setPosixFilePermissions(folder.resolve("locked.txt"), nobody);
    Files.setPosixFilePermissions(folder.resolve("locked"), nobody);
    try {
      assumeThat(Files.isReadable(folder.resolve("locked.txt"))).as("root reads all").isFalse();
      StaticFiles site = StaticFiles.of(folder).browse().build();
      assertThat(site.handle(get("/locked.txt")).status().code()).isEqualTo(403);
      assertThat(site.handle(get("/locked/")).status().code()).isEqualTo(403);
    } finally {
      Files.setPosixFilePermissions(
          folder.resolve("locked"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aLinkWithinTheSiteIsFollowed() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("ten.txt"));
    assertThat(body(site().handle(get("/link")))).isEqualTo("0123456789");
  }

  @Test
  @Spec("RFC 9110 §15.4.5")
  void aMatchingTagIs304WithTheTag() throws Exception {
    String tag = site().handle(get("/ten.txt")).field("ETag").orElse("");
    Response response = site().handle(get("/ten.txt", "If-None-Match", tag));
    assertThat(response.status().code()).isEqualTo(304);
    assertThat(response.field("ETag")).contains(tag);
    assertThat(site().handle(get("/ten.txt", "If-Match", "\"other\"")).status().code())
        .isEqualTo(412);
  }

  @Test
  @Spec("RFC 9110 §14.2")
  void aRangeIsAPart() throws Exception {
    Response part = site().handle(get("/ten.txt", "Range", "bytes=2-4"));
    assertThat(part.status().code()).isEqualTo(206);
    assertThat(part.field("Content-Range")).contains("bytes 2-4/10");
    assertThat(body(part)).isEqualTo("234");
    Response outside = site().handle(get("/ten.txt", "Range", "bytes=10-"));
    assertThat(outside.status().code()).isEqualTo(416);
    assertThat(outside.field("Content-Range")).contains("bytes */10");
    assertThat(
            site()
                .handle(get("/ten.txt", "Range", "bytes=2-4", "If-Range", "\"other\""))
                .status()
                .code())
        .isEqualTo(200);
    assertThat(
            site().handle(request(Method.HEAD, "/ten.txt", "Range", "bytes=2-4")).status().code())
        .isEqualTo(200);
    assertThat(site().handle(get("/big.bin", "Range", "bytes=-5")).body().length()).hasValue(5);
  }

  @Test
  @Spec("RFC 9110 §14.6")
  void severalRangesAreAMultipartOfExactlyItsLength() throws Exception {
    for (String file : new String[] {"/ten.txt", "/big.bin"}) {
      Response response = site().handle(get(file, "Range", "bytes=0-1,5-6"));
      assertThat(response.status().code()).isEqualTo(206);
      String boundary =
          response.field("Content-Type").orElse("").replace("multipart/byteranges; boundary=", "");
      String content = body(response);
      assertThat((long) content.length()).isEqualTo(response.body().length().orElse(0));
      assertThat(content.split("--" + boundary, -1)).hasSize(4);
      assertThat(content).endsWith("\r\n--" + boundary + "--\r\n");
    }
  }

  @Test
  @Spec("RFC 2046 §5.1.1")
  void whoWritesAFileCannotKnowTheBoundaryOfItsRanges() throws Exception {
    Request ranges = get("/ten.txt", "Range", "bytes=0-1,5-6");
    String first = site().handle(ranges).field("Content-Type").orElseThrow();
    assertThat(site().handle(ranges).field("Content-Type")).isPresent().get().isNotEqualTo(first);
  }

  @Test
  void compressibleTextIsGzippedOnTheFlyWithAWeakTagButNeverForRanges() throws Exception {
    Response response = site().handle(get("/page.css", "Accept-Encoding", "gzip"));
    assertThat(response.field("Content-Encoding")).contains("gzip");
    assertThat(response.field("Vary")).contains("Accept-Encoding");
    assertThat(response.field("ETag").orElse("")).startsWith("W/\"");
    var out = new ByteArrayOutputStream();
    response.body().writeTo(out);
    assertThat(
            new String(
                new GZIPInputStream(new java.io.ByteArrayInputStream(out.toByteArray()))
                    .readAllBytes(),
                UTF_8))
        .isEqualTo("a{}".repeat(1000));
    Response plain = site().handle(get("/page.css"));
    assertThat(plain.field("Vary")).contains("Accept-Encoding");
    Response range =
        site().handle(get("/page.css", "Accept-Encoding", "gzip", "Range", "bytes=0-2"));
    assertThat(range.field("Content-Encoding")).isEmpty();
    assertThat(body(range)).isEqualTo("a{}");
    assertThat(site().handle(get("/ten.txt", "Accept-Encoding", "gzip")).field("Content-Encoding"))
        .isEmpty();
  }

  @Test
  void aSiblingIsServedByQualityWithItsOwnTag() throws Exception {
    write("app.js", "plain");
    write("app.js.br", "brotli");
    write("app.js.gz", "gz");
    var site = site();
    Response br = site.handle(get("/app.js", "Accept-Encoding", "gzip, br"));
    assertThat(body(br)).isEqualTo("brotli");
    assertThat(br.field("Content-Type")).contains("text/javascript; charset=utf-8");
    assertThat(body(site.handle(get("/app.js", "Accept-Encoding", "gzip, br;q=0"))))
        .isEqualTo("gz");
    Response plain = site.handle(get("/app.js"));
    assertThat(plain.field("Vary")).contains("Accept-Encoding");
    assertThat(plain.field("ETag")).isNotEqualTo(br.field("ETag"));
    Response own = site.handle(get("/app.js.gz", "Accept-Encoding", "gzip"));
    assertThat(own.field("Content-Encoding")).isEmpty();
    assertThat(own.field("Content-Type")).contains("application/gzip");
  }

  @Test
  void aSiblingWithoutThePlainFileIsServedToWhoTakesIt() throws Exception {
    write("only.js.gz", "gz");
    assertThat(body(site().handle(get("/only.js", "Accept-Encoding", "gzip")))).isEqualTo("gz");
    assertThat(site().handle(get("/only.js")).status().code()).isEqualTo(406);
  }
}
