package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.Recheck;
import io.l7.bittorrent.storage.ResumeRecord;
import io.l7.bittorrent.storage.ResumeStore;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.cli.main.Main;
import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A download whose process is killed at random moments (SIGKILL) and begun again, until it is
 * complete. {@code -Dl7.kill.rounds=50} for the long run, {@code -Dl7.kill.seed} for other moments.
 */
class BitTorrentKillTest {
  private static final int ROUNDS = Integer.getInteger("l7.kill.rounds", 2);
  private static final int RATE = 6 << 20;

  @TempDir Path folder;

  @Test
  void noPieceIsClaimedThatFailsAndTheDownloadEndsByteForByte() throws Exception {
    var data = new byte[ROUNDS * 8 << 20];
    new Random(11).nextBytes(data);
    var source = Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(source.resolve("film.bin"), data);
    var file = folder.resolve("film.torrent");
    Files.write(file, MetainfoCreator.of(content).pieceLength(128 << 10).create(_ -> {}));
    var metainfo = Metainfo.read(file);
    var random = new Random(Integer.getInteger("l7.kill.seed", 3));
    try (var seed = Peer.builder().upRate(RATE).start();
        var seeding = seed.add(TorrentSpec.of(metainfo, source).readOnly())) {
      assertThat(seeding.await(Duration.ofSeconds(30))).isTrue();
      int claimed = 0;
      for (int round = 0; round < ROUNDS; round++) {
        var process = get(file, Endpoint.of(seed.address()));
        boolean ended = process.waitFor(1_200 + random.nextInt(1_500), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        int now = checkClaims(metainfo, content);
        assertThat(now).as("pieces claimed in round %d", round).isGreaterThanOrEqualTo(claimed);
        claimed = now;
        if (ended) break;
      }
      var last = get(file, Endpoint.of(seed.address()));
      assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).isZero();
      assertThat(folder.resolve("leech/film.bin")).hasSameBinaryContentAs(content);
    }
  }

  private Process get(Path torrent, Endpoint seed) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    var leech = folder.resolve("leech").toString();
    command.addAll(List.of("bt", "get", torrent.toString(), "-d", leech, "--peer", "" + seed));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("get.log").toFile()))
        .start();
  }

  /**
   * Every piece the record claims has the right hash, and every block of others the right bytes;
   * how many pieces there are.
   */
  private int checkClaims(Metainfo metainfo, Path content) throws Exception {
    var leech = folder.resolve("leech");
    var hash = metainfo.info().v1Hash().orElseThrow();
    var record = new ResumeStore(Disk.real(), leech, StorageLimits.DEFAULT).load(hash);
    var claimed = record.map(r -> r.verified()).orElse(Bitfield.empty(0));
    try (var store =
        new ContentStore(
            leech, metainfo.info(), ContentStore.Access.READ_ONLY, StorageLimits.DEFAULT)) {
      var right = new Recheck(store, metainfo.info().hashes().orElseThrow()).run(claimed, _ -> {});
      assertThat(right).as("claimed pieces with the right hash").isEqualTo(claimed);
      if (record.isPresent()) checkBlocks(store, record.get(), content);
    }
    return claimed.count();
  }

  private static void checkBlocks(ContentStore store, ResumeRecord record, Path content)
      throws Exception {
    var layout = store.layout();
    try (var whole = FileChannel.open(content)) {
      for (var each : record.begun().entrySet()) {
        for (int i = each.getValue().nextSet(0); i >= 0; i = each.getValue().nextSet(i + 1)) {
          var block = layout.block(each.getKey(), i);
          long at = layout.offsetOf(block.piece()) + block.offset();
          var ours = ByteBuffer.allocate(block.length());
          store.read(at, ours);
          var theirs = ByteBuffer.allocate(block.length());
          whole.read(theirs, at);
          assertThat(ours.flip()).as("claimed block " + block).isEqualTo(theirs.flip());
        }
      }
    }
  }
}
