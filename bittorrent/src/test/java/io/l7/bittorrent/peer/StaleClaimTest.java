package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.ResumeRecord;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.common.disk.Disk;
import io.l7.common.testkit.Seeded;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record of a killed run, whose files somebody removed, and another run that is killed too. */
class StaleClaimTest {
  private static final int LENGTH = 200_000;

  @TempDir Path folder;

  private TorrentContent open(InfoDictionary info) throws Exception {
    return new TorrentContent(
        info,
        folder,
        ContentStore.Access.READ_WRITE,
        Selection.everything(),
        Disk.real(),
        StorageLimits.DEFAULT);
  }

  @Test
  void whatTheFirstRunClaimedIsNotBelievedOfTheFilesOfTheSecond() throws Exception {
    var data = new byte[LENGTH];
    Seeded.random("stale").nextBytes(data);
    var file = Files.write(folder.resolve("x.bin"), data);
    var info =
        Metainfo.parse(MetainfoCreator.of(file).pieceLength(32 * 1024).create(_ -> {})).info();
    try (var first = open(info)) {
      var found = first.check(_ -> {});
      assertThat(found.verified().isFull()).isTrue();
      first.checkpoint(found, ResumeRecord.Ending.RUNNING); // and killed
    }
    Files.delete(file);
    try (var second = open(info)) {
      assertThat(second.check(_ -> {}).verified().isEmpty()).isTrue();
    }
    // Killed within its first second, when it had stored a block of the last piece.
    Files.write(file, new byte[LENGTH]);
    try (var third = open(info)) {
      assertThat(third.check(_ -> {}).verified().isEmpty()).isTrue();
    }
  }
}
