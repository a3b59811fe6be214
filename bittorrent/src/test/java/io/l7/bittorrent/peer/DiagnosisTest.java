package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.swarm.PeerKey;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Why it is slow, in words. */
class DiagnosisTest {
  private static final TorrentState DOWNLOADING = new TorrentState.Downloading();
  private static final TorrentState SEEDING = new TorrentState.Seeding();
  private static final StatusReport.Limits NO_LIMITS =
      new StatusReport.Limits(OptionalLong.empty(), OptionalLong.empty());

  private enum Is {
    INTERESTED,
    UNCHOKED,
    INTERESTING,
    UNCHOKING,
    SNUBBING
  }

  private static PeerView peer(double gives, double takes, int requested, Is... is) {
    Set<Is> set = is.length == 0 ? Set.of() : EnumSet.copyOf(Arrays.asList(is));
    return new PeerView(
        PeerKey.of(1),
        9,
        set.contains(Is.INTERESTED),
        set.contains(Is.UNCHOKED),
        set.contains(Is.INTERESTING),
        set.contains(Is.UNCHOKING),
        set.contains(Is.SNUBBING),
        false,
        gives,
        takes,
        0,
        0,
        requested,
        0,
        0,
        0);
  }

  private static String why(TorrentState state, double down, double up, PeerView... peers) {
    var flow = new StatusReport.Flow(0, 0, 0, down, up);
    var limits = new StatusReport.Limits(OptionalLong.of(10_000), OptionalLong.of(20_000));
    return Diagnosis.of(state, List.of(peers), List.of(), flow, limits, 7);
  }

  @Test
  void whatIsWrongWithAFileIsSaidInWords() {
    assertThat(TorrentState.Failed.of(new NoSuchFileException("/a")).why())
        .isEqualTo("/a: no such file or folder");
    assertThat(TorrentState.Failed.of(new AccessDeniedException("/a")).why())
        .isEqualTo("/a: permission denied");
    assertThat(TorrentState.Failed.of(new FileAlreadyExistsException("/a")).why())
        .isEqualTo("/a: not a folder");
    assertThat(TorrentState.Failed.of(new FileSystemException("/a", null, "No space left")).why())
        .isEqualTo("/a: No space left");
  }

  @Test
  void eachPeerThatDoesNotGiveHasItsReason() {
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(0, 0, 0))).isEqualTo("has nothing we lack");
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(0, 0, 0, Is.INTERESTING)))
        .isEqualTo("chokes us, and we choke it");
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(0, 5_000, 0, Is.INTERESTING, Is.UNCHOKED)))
        .isEqualTo("chokes us, though it may take from us, and takes 5.0 kB/s");
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(0, 0, 3, Is.INTERESTING, Is.UNCHOKING)))
        .isEqualTo("was asked for 3 blocks; nothing has come yet");
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(0, 0, 0, Is.INTERESTING, Is.UNCHOKING)))
        .isEqualTo("what it has is asked of others already");
    assertThat(
            Diagnosis.ofPeer(DOWNLOADING, peer(0, 0, 1, Is.INTERESTING, Is.UNCHOKING, Is.SNUBBING)))
        .contains("owes us blocks");
    assertThat(Diagnosis.ofPeer(DOWNLOADING, peer(1_500, 0, 4, Is.INTERESTING, Is.UNCHOKING)))
        .isEqualTo("gives 1.5 kB/s, 4 blocks are on their way");
  }

  @Test
  void eachPeerThatDoesNotTakeHasItsReason() {
    assertThat(Diagnosis.ofPeer(SEEDING, peer(0, 0, 0))).isEqualTo("wants nothing of ours");
    assertThat(Diagnosis.ofPeer(SEEDING, peer(0, 0, 0, Is.INTERESTED)))
        .isEqualTo("waits for a slot");
    assertThat(Diagnosis.ofPeer(SEEDING, peer(0, 2_000, 0, Is.INTERESTED, Is.UNCHOKED)))
        .isEqualTo("takes 2.0 kB/s");
  }

  @Test
  void aDownloadSaysWhatHoldsItBack() {
    var chokes = peer(0, 0, 0, Is.INTERESTING);
    var gives = peer(9_000, 0, 4, Is.INTERESTING, Is.UNCHOKING);
    assertThat(why(DOWNLOADING, 0, 0)).isEqualTo("nobody is connected, of 7 addresses known");
    assertThat(why(DOWNLOADING, 0, 0, peer(0, 0, 0)))
        .isEqualTo("nothing we lack is at the 1 peer we know");
    assertThat(why(DOWNLOADING, 0, 0, chokes, chokes))
        .isEqualTo("everybody who has what we lack chokes us: 2 peers");
    assertThat(why(DOWNLOADING, 9_000, 0, chokes, gives))
        .isEqualTo("the uplinks of 1 of the 2 peers that have what we lack: 9.0 kB/s");
    assertThat(why(DOWNLOADING, 19_000, 0, gives)).isEqualTo("our own limit of 20.0 kB/s");
  }

  @Test
  void aSeedSaysWhatHoldsItBack() {
    var waits = peer(0, 0, 0, Is.INTERESTED);
    var takes = peer(0, 4_000, 0, Is.INTERESTED, Is.UNCHOKED);
    assertThat(why(SEEDING, 0, 0)).isEqualTo("nobody wants anything");
    assertThat(why(SEEDING, 0, 4_000, takes)).isEqualTo("what 1 peer can take: 4.0 kB/s");
    assertThat(why(SEEDING, 0, 9_900, takes, waits))
        .isEqualTo("our own limit of 10.0 kB/s; waiting for a slot: 1 peer");
    assertThat(
            Diagnosis.of(
                new TorrentState.Failed("disk full"), List.of(), List.of(), NO_FLOW, NO_LIMITS, 0))
        .isEqualTo("disk full");
  }

  private static final StatusReport.Flow NO_FLOW = new StatusReport.Flow(0, 0, 0, 0, 0);
}
