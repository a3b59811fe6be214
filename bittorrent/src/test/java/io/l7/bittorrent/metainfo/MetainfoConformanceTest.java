package io.l7.bittorrent.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared .torrent files, path elements and fixtures. */
class MetainfoConformanceTest {
  @TempDir Path folder;

  @Test
  @Spec("BEP 3")
  void theSharedTorrentsAreLoadedOrRefusedAsTheySay() throws Exception {
    var home = Conformance.required("bittorrent");
    var cases = Json.parse(Files.readString(home.resolve("metainfo.json"))).at("cases");
    for (var example : cases.elements()) {
      var name = example.at("file").text();
      var bytes = Files.readAllBytes(home.resolve("metainfo").resolve(name));
      if (example.at("expect").text().equals("reject")) {
        assertThatThrownBy(() -> Metainfo.parse(bytes))
            .as(name + ": " + example.at("why").text())
            .isInstanceOf(MetainfoException.class);
      } else {
        check(name, example, Metainfo.parse(bytes), bytes);
      }
    }
  }

  private static void check(String name, Json example, Metainfo found, byte[] bytes) {
    var info = found.info();
    var span = example.at("info_bytes").elements();
    assertThat(found.infoStart()).as(name).isEqualTo((int) span.get(0).longValue());
    assertThat(found.infoEnd()).as(name).isEqualTo((int) span.get(1).longValue());
    assertThat(info.raw()).isEqualTo(Arrays.copyOfRange(bytes, found.infoStart(), found.infoEnd()));
    assertThat(info.v1Hash().map(Object::toString).orElse("null"))
        .as(name)
        .isEqualTo(example.at("infohash_v1").text());
    assertThat(info.v2Hash().map(HexFormat.of()::formatHex).orElse("null"))
        .as(name)
        .isEqualTo(example.at("infohash_v2").text());
    var expectedName = example.at("name");
    assertThat(info.rawName())
        .as(name)
        .isEqualTo(
            expectedName.at("hex").isNull()
                ? BString.of(expectedName.text())
                : BString.of(HexFormat.of().parseHex(expectedName.at("hex").text())));
    assertThat(info.pieceLength()).as(name).isEqualTo(example.at("piece_length").longValue());
    if (!example.at("v1_pieces").isNull()) {
      assertThat(info.hashes().orElseThrow().count())
          .as(name)
          .isEqualTo((int) example.at("v1_pieces").longValue());
    }
    assertThat(info.files()).as(name).hasSize((int) example.at("v1_file_count").longValue());
    checkFiles(name, example.at("v1_files").elements(), info);
    var v2 = example.at("v2_files").elements();
    for (int i = 0; i < v2.size(); i++) {
      assertThat(text(info.v2Files().get(i).rawPath()))
          .as(name)
          .isEqualTo(v2.get(i).at("path").elements().stream().map(Json::text).toList());
      assertThat(info.v2Files().get(i).length()).isEqualTo(v2.get(i).at("length").longValue());
      assertThat(
              info.v2Files()
                  .get(i)
                  .piecesRoot()
                  .map(r -> HexFormat.of().formatHex(r.bytes()))
                  .orElse("null"))
          .isEqualTo(v2.get(i).at("pieces_root").text());
    }
    checkFacts(name, example.at("assert"), found);
  }

  private static void checkFiles(String name, List<Json> expected, InfoDictionary info) {
    for (int i = 0; i < expected.size(); i++) {
      var file = info.files().get(i);
      var path = expected.get(i).at("path").elements();
      for (int e = 0; e < path.size(); e++) {
        if (path.get(e).at("hex").isNull()) {
          assertThat(file.rawPath().get(e).text()).as(name).isEqualTo(path.get(e).text());
        }
      }
      var attributes = expected.get(i).at("attr");
      boolean link = !attributes.isNull() && attributes.text().contains("l");
      if (!link) { // a link's length is nobody's bytes
        assertThat(file.length()).as(name).isEqualTo(expected.get(i).at("length").longValue());
      }
      assertThat(file.isSymlink()).as(name).isEqualTo(link);
    }
  }

  private static List<String> text(List<BString> path) {
    return path.stream().map(BString::text).toList();
  }

  private static void checkFacts(String name, Json facts, Metainfo found) {
    if (!facts.at("trackers").isNull()) {
      assertThat(found.trackers().stream().flatMap(List::stream).toList())
          .as(name)
          .isEqualTo(facts.at("trackers").elements().stream().map(Json::text).toList());
    }
    if (!facts.at("web_seeds").isNull()) {
      assertThat(found.webSeeds())
          .as(name)
          .isEqualTo(facts.at("web_seeds").elements().stream().map(Json::text).toList());
    }
    if (!facts.at("web_seed_count").isNull()) {
      assertThat(found.webSeeds()).as(name).hasSize((int) facts.at("web_seed_count").longValue());
    }
    if (!facts.at("creation_date").isNull()) {
      assertThat(found.creationDate().orElseThrow().getEpochSecond())
          .as(name)
          .isEqualTo(facts.at("creation_date").longValue());
    }
    if (!facts.at("pad").isNull()) {
      assertThat(found.info().files().stream().map(TorrentFile::isPadding).toList())
          .as(name)
          .isEqualTo(facts.at("pad").elements().stream().map(Json::isTrue).toList());
    }
    if (!facts.at("safe_paths").isNull()) {
      assertThat(found.info().files().stream().map(TorrentFile::path).toList())
          .as(name)
          .isEqualTo(facts.at("safe_paths").elements().stream().map(Json::text).toList());
    }
    var links = facts.at("symlink_targets").elements();
    for (int i = 0; i < links.size(); i++) {
      assertThat(found.info().files().get(i).symlink().orElse("null"))
          .as(name)
          .isEqualTo(links.get(i).text());
    }
    if (!facts.at("collections").isNull()) {
      assertThat(found.collections())
          .as(name)
          .containsExactlyInAnyOrderElementsOf(
              facts.at("collections").elements().stream().map(Json::text).toList());
    }
    if (!facts.at("similar").isNull()) {
      assertThat(found.similar())
          .as(name)
          .isEqualTo(facts.at("similar").elements().stream().map(Json::text).toList());
    }
    if (!facts.at("nodes").isNull()) {
      assertThat(found.nodes())
          .as(name)
          .isEqualTo(
              facts.at("nodes").elements().stream()
                  .map(n -> n.elements().get(0).text() + ":" + n.elements().get(1).longValue())
                  .toList());
    }
  }

  @Test
  void theSharedPathsStayInsideAndAreFitForEveryFileSystem() throws Exception {
    var home = Conformance.required("bittorrent");
    for (var example :
        Json.parse(Files.readString(home.resolve("paths.json"))).at("cases").elements()) {
      var raw =
          example.at("elements_hex").elements().stream()
              .map(e -> HexFormat.of().parseHex(e.text()))
              .toList();
      var path = new SafePaths().unique(raw);
      assertThat(SafePaths.resolve(folder, path)).startsWithRaw(folder).isNotEqualTo(folder);
      for (var element : path.split("/", -1)) {
        assertThat(element).as(path).isNotEmpty().isNotEqualTo(".").isNotEqualTo("..");
        assertThat(element).as(path).doesNotContain("/").doesNotContain("\\");
        assertThat(element.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
        assertThat(element.codePoints())
            .as(path)
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(element)).isTrue();
      }
      if (example.at("mode").text().equals("replace")) {
        assertThat(path).isEqualTo(example.at("libtorrent_posix").text());
      }
    }
  }

  @Test
  void theFixturesAreCreatedAgainWithTheSameInfoHash() throws Exception {
    var home = Conformance.required("bittorrent").resolve("fixtures");
    for (var example :
        Json.parse(Files.readString(home.resolveSibling("fixtures.json"))).at("cases").elements()) {
      var bytes = Files.readAllBytes(home.resolve(example.at("file").text()));
      if (example.at("expect").text().equals("reject")) {
        assertThatThrownBy(() -> Metainfo.parse(bytes)).isInstanceOf(MetainfoException.class);
        continue;
      }
      var metainfo = Metainfo.parse(bytes);
      var hash = metainfo.info().v1Hash().orElseThrow();
      assertThat(hash).hasToString(example.at("infohash_v1").text());
      var content = home.resolve(metainfo.info().name());
      if (Files.exists(content)) {
        var again =
            Metainfo.parse(
                MetainfoCreator.of(content)
                    .pieceLength(metainfo.info().pieceLength())
                    .create(_ -> {}));
        assertThat(again.info().v1Hash()).as(example.at("file").text()).contains(hash);
      }
    }
  }
}
