package io.l7.bittorrent.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetainfoCreatorTest {
  @TempDir Path folder;

  private Path content() throws Exception {
    var random = Seeded.random("creator");
    Files.createDirectories(folder.resolve("things/sub"));
    for (var file : List.of("things/b.bin", "things/sub/c.bin", "things/a.bin")) {
      var data = new byte[random.nextInt(100_000, 200_000)];
      random.nextBytes(data);
      Files.write(folder.resolve(file), data);
    }
    Files.createFile(folder.resolve("things/empty"));
    return folder.resolve("things");
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBytes() throws Exception {
    var creator = MetainfoCreator.of(content()).pieceLength(32 * 1024);
    var hashed = new AtomicLong();
    var one = creator.threads(1).create(hashed::addAndGet);
    assertThat(creator.threads(4).create(_ -> {})).isEqualTo(one);
    assertThat(hashed.get()).isEqualTo(Metainfo.parse(one).info().totalLength());
  }

  @Test
  @Spec("BEP 52")
  void aHybridNamesTheSameFilesTwiceAndAlignsThem() throws Exception {
    var bytes =
        MetainfoCreator.of(content())
            .pieceLength(32 * 1024)
            .version(InfoDictionary.Version.HYBRID)
            .create(_ -> {});
    var info = Metainfo.parse(bytes).info(); // checks layers against roots
    assertThat(info.version()).isEqualTo(InfoDictionary.Version.HYBRID);
    assertThat(info.v2Files()).hasSize(4);
    for (var file : info.files()) {
      if (!file.isPadding() && file.length() > 0) {
        assertThat(file.offset() % info.pieceLength()).isZero();
      }
    }
  }

  @Test
  @Spec("BEP 52")
  void aTreeThatLiesIsRefused() throws Exception {
    var bytes =
        MetainfoCreator.of(content())
            .pieceLength(16 * 1024)
            .version(InfoDictionary.Version.V2)
            .create(_ -> {});
    assertThat(Metainfo.parse(bytes).info().version()).isEqualTo(InfoDictionary.Version.V2);
    var root = (BDictionary) BencodeReader.decode(bytes, BencodeReader.Mode.STRICT);
    var layers = root.dictionary("piece layers").orElseThrow();
    var first = layers.entries().entrySet().iterator().next();
    var forged = ((BString) first.getValue()).bytes();
    forged[5] ^= 1;
    var lie = BencodeWriter.dictionary();
    root.entries().forEach(lie::put);
    lie.put(
        "piece layers", BencodeWriter.dictionary().put(first.getKey(), BString.of(forged)).build());
    assertThatThrownBy(() -> Metainfo.parse(lie.encode()))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("does not hash to its root");
  }

  @Test
  void settingsAreWritten() throws Exception {
    var metainfo =
        Metainfo.parse(
            MetainfoCreator.of(content())
                .privacy(InfoDictionary.Privacy.PRIVATE)
                .trackers(
                    List.of(
                        List.of("http://a/announce", "udp://b:1"), List.of("http://c/announce")))
                .webSeeds(List.of("http://w/"))
                .comment("hello")
                .create(_ -> {}));
    assertThat(metainfo.info().isPrivate()).isTrue();
    assertThat(metainfo.info().pieceLength()).isEqualTo(MetainfoCreator.DEFAULT_PIECE_LENGTH);
    assertThat(metainfo.trackers())
        .containsExactly(List.of("http://a/announce", "udp://b:1"), List.of("http://c/announce"));
    assertThat(metainfo.webSeeds()).containsExactly("http://w/");
    assertThat(metainfo.comment()).contains("hello");
  }

  @Test
  void theDefaultPieceGrowsWithTheContent() {
    assertThat(MetainfoCreator.defaultPieceLength(1)).isEqualTo(256 * 1024);
    assertThat(MetainfoCreator.defaultPieceLength(512L << 20)).isEqualTo(256 * 1024);
    assertThat(MetainfoCreator.defaultPieceLength(4L << 30)).isEqualTo(2 << 20);
    assertThat(MetainfoCreator.defaultPieceLength(1L << 40)).isEqualTo(16 << 20);
  }

  @Test
  void anEmptyFolderIsRefusedInOneLine() throws Exception {
    var empty = Files.createDirectory(folder.resolve("none"));
    assertThatThrownBy(() -> MetainfoCreator.of(empty).create(_ -> {}))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("no bytes");
  }

  @Test
  void aTorrentOfMoreThanTheLimitOfPiecesIsRefusedBeforeAnythingIsAllocated() throws Exception {
    var info =
        BencodeWriter.dictionary()
            .put("name", "x")
            .put("piece length", 1)
            .put("length", Long.MAX_VALUE)
            .put("pieces", new byte[20])
            .build();
    var torrent = BencodeWriter.dictionary().put("info", info).encode();
    assertThatThrownBy(() -> Metainfo.parse(torrent)).isInstanceOf(MetainfoException.class);
  }

  @Test
  void lengthsWhoseSumLeavesSixtyFourBitsAreRefusedInWords() {
    var files = new StringBuilder();
    for (int i = 0; i < 9_000; i++) {
      files.append("d6:lengthi").append(1L << 50).append("e4:pathl1:fee");
    }
    var torrent =
        "d4:infod5:filesl%se4:name1:x12:piece lengthi%de6:pieces20:%see"
            .formatted(files, 1 << 29, "_".repeat(20));
    assertThatThrownBy(() -> Metainfo.parse(torrent.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("pieces");
  }
}
