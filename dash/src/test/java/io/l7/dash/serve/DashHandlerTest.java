package io.l7.dash.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Body;
import io.l7.http.message.Exchange;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DashHandlerTest {
  private static final String SEGMENT = "0123456789";

  @TempDir Path folder = Path.of("");
  private final List<Cmcd> reports = new ArrayList<>();
  private DashHandler handler = new DashHandler(noSource(), reports::add);

  private static MediaSource noSource() {
    try {
      return new PackedFolder(Path.of("."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void packAFilm() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root/v1"));
    Files.writeString(root.resolve("1.m4s"), SEGMENT);
    Files.writeString(folder.resolve("root/manifest.mpd"), "<MPD/>");
    handler = new DashHandler(new PackedFolder(folder.resolve("root")), reports::add);
  }

  private Response ask(Method method, String target, String... fields) throws Exception {
    return handler.handle(
        Request.received(
            method,
            "http",
            "edge.example",
            Target.of(target),
            Version.HTTP_1_1,
            Fields.of(fields),
            Body.empty(),
            Exchange.NONE));
  }

  private static String text(Response response) throws Exception {
    return response.body().text(1 << 22);
  }

  @Test
  void aSegmentCarriesTypeCachingAndOrigin() throws Exception {
    var response = ask(Method.GET, "/v1/1.m4s");
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(text(response)).isEqualTo(SEGMENT);
    assertThat(response.field("Content-Type")).hasValue("video/iso.segment");
    assertThat(response.field("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(response.field("Cache-Control")).hasValue("public, max-age=86400");
    assertThat(response.field("ETag").orElse("")).startsWith("\"");
  }

  @Test
  void aManifestIsAskedForAgainEachTimeAndSavesItsBytes() throws Exception {
    var first = ask(Method.GET, "/manifest.mpd");
    assertThat(first.field("Cache-Control")).hasValue("max-age=0, stale-if-error=86400");
    assertThat(first.field("Content-Type")).hasValue("application/dash+xml");
    var again = ask(Method.GET, "/manifest.mpd", "If-None-Match", first.field("ETag").orElse(""));
    assertThat(again.status().code()).isEqualTo(304);
  }

  @ParameterizedTest
  @Spec("RFC 9110 §14")
  @CsvSource({
    "bytes=0-3, 206, 0123, bytes 0-3/10",
    "bytes=4-, 206, 456789, bytes 4-9/10",
    "bytes=-2, 206, 89, bytes 8-9/10",
    "bytes=-50, 206, 0123456789, bytes 0-9/10",
    "bytes=8-99, 206, 89, bytes 8-9/10",
    "bytes=10-, 416, '', bytes */10",
    "'bytes=0-1,3-4', 200, 0123456789, ''",
    "bytes=5-2, 200, 0123456789, ''",
    "lines=1-2, 200, 0123456789, ''",
  })
  void rangesAreAnsweredAsTheStandardSays(
      String range, int status, String content, String contentRange) throws Exception {
    var response = ask(Method.GET, "/v1/1.m4s", "Range", range);
    assertThat(response.status().code()).isEqualTo(status);
    assertThat(text(response)).isEqualTo(content);
    assertThat(response.field("Content-Range").orElse("")).isEqualTo(contentRange);
  }

  @Test
  void thePlayerPageIsAtTheRoot() throws Exception {
    assertThat(text(ask(Method.GET, "/"))).contains("<video").contains("/l7-dash.js");
    assertThat(text(ask(Method.GET, "/l7-dash.js"))).contains("dashjs");
  }

  @Test
  void aPreflightAllowsEveryOrigin() throws Exception {
    var response = ask(Method.OPTIONS, "/v1/1.m4s", "Origin", "http://other.example");
    assertThat(response.status().code()).isEqualTo(204);
    assertThat(response.field("Access-Control-Allow-Headers")).hasValue("*");
    assertThat(ask(Method.DELETE, "/v1/1.m4s").status().code()).isEqualTo(405);
  }

  @Test
  void whatPlayersReportIsHeard() throws Exception {
    ask(Method.GET, "/v1/1.m4s?CMCD=bl%3D4200%2Cbr%3D700%2Csid%3D%22x%22%2Csu");
    ask(Method.GET, "/v1/1.m4s", "CMCD-Request", "mtp=3000", "CMCD-Object", "ot=v");
    assertThat(reports).hasSize(2);
    assertThat(reports.getFirst().keys())
        .containsEntry("bl", "4200")
        .containsEntry("sid", "x")
        .containsEntry("su", "true");
    assertThat(reports.getLast().keys()).containsEntry("mtp", "3000").containsEntry("ot", "v");
  }
}
