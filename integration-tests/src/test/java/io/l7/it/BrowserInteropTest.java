package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser loads a served page with all that belongs to it, and complains of nothing. */
@Tag("interop")
class BrowserInteropTest {
  /** One pixel. */
  private static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  private static final String PAGE =
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>page</title>
      <link rel="icon" href="image.png">
      <link rel="stylesheet" href="style.css">
      <img id="image" src="image.png" alt="">
      <p id="text">text</p>
      <script src="page.js"></script>
      """;

  private static final String SCRIPT =
      """
      addEventListener('load', async () => {
        const colour = getComputedStyle(document.getElementById('text')).color;
        const width = document.getElementById('image').naturalWidth;
        const part = await fetch('data.bin', {headers: {Range: 'bytes=10-19'}});
        const said = [colour, width, part.status, part.headers.get('Content-Range'), await part.text()];
        document.body.append(Object.assign(document.createElement('pre'), {textContent: said.join(' | ')}));
      });
      """;

  private static final String SAID = "document.querySelector('pre')?.textContent ?? ''";

  @TempDir private Path folder;

  @Test
  void aPageWithItsStylesheetImageAndAByteRangeLoadsWithoutAnError() throws Exception {
    var browser = Programs.required("chromium", "chromium");
    var site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(site.resolve("index.html"), PAGE);
    Files.writeString(site.resolve("page.js"), SCRIPT);
    Files.writeString(site.resolve("style.css"), "p { color: rgb(1, 2, 3) }\n");
    Files.write(site.resolve("image.png"), Base64.getDecoder().decode(PNG));
    Files.writeString(site.resolve("data.bin"), "0123456789abcdefghij0123456789");
    var asked = new CopyOnWriteArrayList<String>();
    try (var server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(StaticFiles.of(site).build())
            .accessLog(
                entry -> asked.add(entry.response().status().code() + entry.request().path()))
            .start()) {
      var url = "http://" + Endpoint.of(server.address()) + "/";
      try (var page = Chromium.open(browser, folder, url)) {
        Eventually.holds("the script's last word", () -> !page.evaluate(SAID).isEmpty());
        assertThat(page.evaluate(SAID))
            .isEqualTo("rgb(1, 2, 3) | 1 | 206 | bytes 10-19/30 | abcdefghij");
        assertThat(page.complaints()).isEmpty();
      }
      assertThat(asked)
          .contains("200/", "200/style.css", "200/page.js", "200/image.png", "206/data.bin")
          .allSatisfy(answer -> assertThat(answer).matches("(200|206|304)/.*"));
    }
  }
}
