package io.l7.bittorrent.webseed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.announce.ForeignUrl;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.common.spec.Spec;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URL holds which file. */
class SeedUrlTest {
  private static InfoDictionary info(String bencoded) throws IOException {
    return InfoDictionary.parse(bencoded.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static InfoDictionary film() throws IOException {
    return info("d6:lengthi5e4:name8:my f#.mp12:piece lengthi16384e6:pieces20:" + hash() + "e");
  }

  private static String hash() {
    return "h".repeat(20);
  }

  private static InfoDictionary folder(String element) throws IOException {
    return info(
        "d5:filesld6:lengthi5e4:pathl3:a b"
            + element.length()
            + ":"
            + element
            + "eee4:name3:top12:piece lengthi16384e6:pieces20:"
            + hash()
            + "e");
  }

  private static List<String> urls(String base, InfoDictionary info) throws IOException {
    var seed = SeedUrl.of(base, info);
    return seed.files().stream().flatMap(file -> url(seed, file)).toList();
  }

  private static Stream<String> url(SeedUrl seed, TorrentFile file) {
    try {
      return seed.of(file).stream().map(URI::toString);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Spec("BEP 19")
  void aSingleFileIsAtTheUrlOrBelowItWhenThatIsAFolder() throws Exception {
    assertThat(urls("http://x.example/other.name?key=1", film()))
        .containsExactly("http://x.example/other.name?key=1");
    assertThat(urls("http://x.example/pub/", film()))
        .containsExactly("http://x.example/pub/my%20f%23.mp");
  }

  @Test
  @Spec("BEP 19")
  void theFilesOfAFolderAreBelowTheUrlUnderTheTorrentsName() throws Exception {
    for (var base : List.of("http://x.example/pub", "http://x.example/pub/")) {
      assertThat(urls(base, folder("\u00c3\u00a4%2F?")))
          .as("the octets of an umlaut, escaped once")
          .containsExactly("http://x.example/pub/top/a%20b/%C3%A4%252F%3F");
    }
  }

  @Test
  void aNameThatClimbsIsAskedOfNoServer() throws Exception {
    assertThat(urls("http://x.example/pub/", folder(".."))).isEmpty();
    assertThat(urls("http://x.example/pub/", folder("..."))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://x.example/film",
        "http:///film",
        "not a url",
        "http://\u00ad/film",
        "http://a..\u00e4/film",
        "http://\u00e4_\u2024.example/film",
        "http://x.example:99999/film",
        "http://x.example:4294967376/film",
        "http://[::1/film",
        "http://user@/film",
        "http://127.0.0.1/admin?delete=all",
        "http://192.168.1.1/?reboot",
        "http://[fd00::1]/?x"
      })
  void whatATorrentMayNotLeadToIsRefused(String url) {
    assertThatThrownBy(() -> SeedUrl.of(url, film())).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://\u00ad/x", "//a..\u00e4/x", "http://h:99999/", "http:///"})
  void aRedirectToWhatIsNoUrlIsRefused(String location) {
    var from = URI.create("http://films.example/pub/film");
    assertThatThrownBy(() -> ForeignUrl.redirect(from, location)).isInstanceOf(IOException.class);
  }

  @Test
  void aRedirectLeadsFromElsewhereToNoLocalAddress() throws Exception {
    var far = URI.create("http://films.example/pub/film");
    assertThat(ForeignUrl.redirect(far, "../film2")).hasToString("http://films.example/film2");
    assertThat(ForeignUrl.redirect(far, "//cdn.example/f")).hasToString("http://cdn.example/f");
    assertThatThrownBy(() -> ForeignUrl.redirect(far, "http://127.0.0.1/x"))
        .hasMessage("a redirect to a local address, refused");
    assertThatThrownBy(() -> ForeignUrl.redirect(far, "http://10.0.0.1/x"))
        .hasMessage("a redirect to a local address, refused");
    assertThatThrownBy(() -> ForeignUrl.redirect(far, "file:///etc/passwd"))
        .hasMessageStartingWith("not an http URL");
    assertThat(ForeignUrl.redirect(URI.create("http://127.0.0.1:81/a"), "/b"))
        .hasToString("http://127.0.0.1:81/b");
  }
}
