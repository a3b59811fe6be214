package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.HttpServer;
import io.l7.http.cache.Explanation;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GetTest {
  @TempDir Path folder;

  @ParameterizedTest
  @Spec("RFC 3986 §3.2.1")
  @CsvSource({
    "bob:secret@, , bob:secret",
    "bob@, , bob:",
    "b%40b:a%3Ab@, , b@b:a:b",
    "bob:secret@, eve:other, eve:other",
    "'', , ''"
  })
  void whoLogsInMayStandInTheUrl(String inUrl, @Nullable String option, String login)
      throws IOException {
    var file = folder.resolve("answer");
    try (var server =
        HttpServer.builder()
            .handler(
                request -> Response.text(request.fields().first("Authorization").orElse("nobody")))
            .start()) {
      var url = "http://" + inUrl + Endpoint.of(server.address()) + "/";
      var arguments = new ArrayList<>(List.of("-s", "-o", file.toString(), url));
      if (option != null) arguments.addAll(List.of("-u", option));
      get(0, "", arguments);
      var basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
      assertThat(file).hasContent(login.isEmpty() ? "nobody" : "Basic " + basic);
    }
  }

  private static void get(int status, String error, List<String> arguments) {
    var get = new GetRun();
    assertThat(get.run(arguments)).isEqualTo(status);
    if (error.isEmpty()) assertThat(get.error.toString()).isEmpty();
    else assertThat(get.error.toString()).contains(error);
  }

  @Test
  @Spec("RFC 3490 §4")
  void aHostBeyondAsciiIsAskedForByItsNameInAscii() throws IOException {
    var file = folder.resolve("answer");
    try (var proxy =
        HttpServer.builder().handler(request -> Response.text(request.authority())).start()) {
      var by = List.of("-x", Endpoint.of(proxy.address()).toString(), "-o", file.toString());
      get(0, "", with(by, "http://Bücher.example/größe"));
      assertThat(file).hasContent("xn--bcher-kva.example");
      get(0, "", with(by, "bücher.example:8080"));
      assertThat(file).hasContent("xn--bcher-kva.example:8080");
      get(0, "", with(by, "http://faß.example"));
      assertThat(file).hasContent("xn--fa-hia.example");
      get(2, "l7: the host ü..example is none in ASCII", with(by, "http://ü..example/"));
      get(2, "l7: the host é\u200db has no name in ASCII", with(by, "http://é\u200db/"));
    }
  }

  @Test
  void aPipeIsUploadedToItsEndAndAFolderIsNot() throws Exception {
    var pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    var file = folder.resolve("answer");
    try (var server =
        HttpServer.builder()
            .handler(request -> Response.text(request.method() + " " + request.body().text(100)))
            .start()) {
      var url = "http://" + Endpoint.of(server.address()) + "/";
      var writer = Thread.ofPlatform().start(() -> write(pipe, "content"));
      get(0, "", List.of("-s", "-o", file.toString(), "-T", pipe.toString(), url));
      assertThat(file).hasContent("PUT content");
      writer.join();
      get(1, folder + ": a folder", List.of("-T", folder.toString(), url));
    }
  }

  @Test
  void whatWasFetchedSoFarOutlivesARefusal() throws Exception {
    var file = Files.writeString(folder.resolve("part"), "the first half");
    try (var server =
        HttpServer.builder()
            .handler(request -> Response.error(Status.SERVICE_UNAVAILABLE))
            .start()) {
      var url = "http://" + Endpoint.of(server.address()) + "/";
      get(
          1,
          "503 Service Unavailable; " + file + " stays as it is",
          List.of("-s", "-C", "-", "-o", file.toString(), url));
    }
    assertThat(file).hasContent("the first half");
  }

  @Test
  void whatCurlWouldSendIsSent() throws IOException {
    var file = folder.resolve("answer");
    try (var server =
        HttpServer.builder()
            .handler(request -> Response.text(request.path() + " " + request.fields().size()))
            .start()) {
      var url = "http://" + Endpoint.of(server.address()) + "/a/../../b/./c";
      get(0, "", List.of("-s", "-o", file.toString(), url));
      assertThat(file).hasContent("/b/c 3"); // Host, User-Agent, Accept
      get(0, "", List.of("-H", "User-Agent:", "-H", "accept:", "-s", "-o", file.toString(), url));
      assertThat(file).hasContent("/b/c 1");
    }
  }

  @Test
  void anExplanationSteersNoTerminal() throws IOException {
    try (var server =
        HttpServer.builder()
            .handler(
                request ->
                    Response.json("{\"statement\":\"\\u001b[2Jboo\",\"because\":[]}")
                        .with("Content-Type", Explanation.CONTENT_TYPE))
            .start()) {
      var out = new StringWriter();
      Main.run(
          new String[] {"http", "explain", Endpoint.of(server.address()).toString()},
          new PrintWriter(out, true),
          new PrintWriter(Writer.nullWriter()));
      assertThat(out.toString()).contains("boo").doesNotContain("\u001b");
    }
  }

  @Test
  void whatIsFetchedOnIsAskedForByGetAloneAndCounted() throws Exception {
    Files.writeString(folder.resolve("ten.txt"), "0123456789");
    var file = Files.writeString(folder.resolve("part"), "0123");
    try (var server = HttpServer.builder().handler(StaticFiles.of(folder).build()).start()) {
      var url = "http://" + Endpoint.of(server.address()) + "/ten.txt";
      var on = List.of("-s", "-C", "-", "-o", file.toString(), url);
      for (var other : List.of("-I", "-r1-2", "-XDELETE", "-dx")) {
        get(2, "-C is for GET", with(on, other));
      }
      assertThat(file).hasContent("0123");
      var all = new ArrayList<>(List.of("-w", "%{http_code} %{size_download}"));
      all.addAll(on);
      var get = new GetRun();
      assertThat(get.run(all)).isZero();
      assertThat(get.printed).hasToString("206 6");
      assertThat(file).hasContent("0123456789");
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> with(List<String> options, String url) {
    var all = new ArrayList<>(options);
    all.add(url);
    return all;
  }
}
