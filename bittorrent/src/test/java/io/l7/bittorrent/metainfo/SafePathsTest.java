package io.l7.bittorrent.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.StorageLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a torrent must not be called, and where it must not put links. */
class SafePathsTest {
  @TempDir Path folder;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {".l7", ".L7", ".l\u200b7", ".l7/"})
  void noTorrentIsCalledAsTheFolderOfOurOwnRecords(String name) throws Exception {
    var path = new SafePaths().unique(List.of(utf8(name), utf8("0123.resume")));
    assertThat(path).isEqualToIgnoringCase("_.l7/0123.resume");
    var single =
        BencodeWriter.dictionary()
            .put("name", name)
            .put("piece length", 16_384)
            .put("pieces", new byte[20])
            .put("length", 1)
            .encode();
    var info = InfoDictionary.parse(single);
    assertThat(info.safeName()).isEqualToIgnoringCase("_.l7");
    assertThat(info.files().getFirst().path()).isEqualTo(info.safeName());
  }

  @Test
  void belowTheTorrentsNameAFileMayBeCalledSo() {
    assertThat(new SafePaths().unique(List.of(utf8("x"), utf8(".l7")))).isEqualTo("x/.l7");
  }

  @Test
  void aLinkIsNotMadeBelowALinkWhereTheSameWayUpWouldLeadOutside() throws Exception {
    var files =
        List.of(
            BencodeWriter.dictionary()
                .put("length", 0)
                .put("attr", "l")
                .put("path", List.of(BString.of("a"), BString.of("b"), BString.of("l")))
                .put("symlink path", List.of(BString.of("t")))
                .build(),
            BencodeWriter.dictionary()
                .put("length", 1)
                .put("path", List.of(BString.of("t")))
                .build());
    var info =
        InfoDictionary.parse(
            BencodeWriter.dictionary()
                .put("name", "x")
                .put("piece length", 16_384)
                .put("pieces", new byte[20])
                .put("files", files)
                .encode());
    var root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("x/a"));
    Files.createSymbolicLink(root.resolve("x/a/b"), Path.of(".."));
    make(root, info);
    assertThat(Files.exists(root.resolve("x/l"), LinkOption.NOFOLLOW_LINKS)).isFalse();

    var other = Files.createDirectories(folder.resolve("other"));
    make(other, info);
    assertThat(other.resolve("x/a/b/l")).isSymbolicLink();
    assertThat(other.resolve("x/a/b").resolve(Files.readSymbolicLink(other.resolve("x/a/b/l"))))
        .satisfies(to -> assertThat(to.normalize()).isEqualTo(other.resolve("x/t")));
  }

  private static void make(Path root, InfoDictionary info) throws Exception {
    try (var store =
        new ContentStore(root, info, ContentStore.Access.READ_WRITE, StorageLimits.DEFAULT)) {
      store.makeEmptyFiles(info.files());
    }
  }
}
