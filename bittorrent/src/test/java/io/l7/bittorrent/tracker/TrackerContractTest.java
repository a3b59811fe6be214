package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The shared contract of trackers: HTTP. */
class TrackerContractTest extends TrackerContract {
  @Test
  @Spec("BEP 3")
  void theFirstPeerIsCountedAndNotListedToItself() throws Exception {
    var answer = announce(1, "&uploaded=0&downloaded=0&left=0&compact=1");
    assertThat(answer.integer("interval")).isPresent();
    assertThat(answer.integer("complete")).contains(1L);
    assertThat(answer.integer("incomplete")).contains(0L);
    assertThat(peers(answer)).isEmpty();
    assertThat(answer.integer("min interval").orElseThrow())
        .isLessThanOrEqualTo(answer.integer("interval").orElseThrow());
    var keys = List.copyOf(answer.entries().keySet());
    assertThat(keys).isSortedAccordingTo(BString::compareTo);
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    assertThat(get("/announce").failure()).contains("info_hash");
    assertThat(get("/announce?a=b=c").failure()).isNotEmpty();
    assertThat(get("/announce?port=1" + ID + "1").failure()).contains("info_hash");
    assertThat(get("/announce?port=1&" + H1).failure()).contains("peer_id");
    assertThat(get("/announce?" + H1 + ID + "1").failure()).contains("port");
    assertThat(tracker.torrents()).isZero();
  }

  @Test
  void whatIsNotTwentyBytesIsRefusedAndCreatesNothing() throws Exception {
    for (var bad :
        List.of("0", "-1", "1.1", "a", "A".repeat(19), "A".repeat(21), "%zz", "AAAA%4", "%")) {
      assertThat(get("/announce?port=1&info_hash=" + bad + ID + "1").failure())
          .as(bad)
          .contains("info_hash");
      assertThat(get("/announce?port=1&" + H1 + "&peer_id=" + bad).failure())
          .as(bad)
          .contains("peer_id");
    }
    assertThat(tracker.torrents()).isZero();
  }

  @Test
  void aPercentEscapeAtTheVeryEndIsRead() throws Exception {
    var answer = get("/announce?port=1" + ID + "1&info_hash=AAAAAAAAAAAAAAAAAAA%41");
    assertThat(answer.failure()).isEmpty();
    assertThat(scrape(H1)).containsExactly(0L, 0L, 1L);
  }

  @Test
  void numbersThatAreNoneAreRefusedByName() throws Exception {
    for (var bad : List.of("-1", "1.1", "a")) {
      for (var name : List.of("port", "uploaded", "downloaded", "left")) {
        var port = name.equals("port") ? "" : "&port=6881";
        assertThat(get("/announce?" + H1 + ID + "1" + port + "&" + name + "=" + bad).failure())
            .contains(name);
      }
    }
    assertThat(get("/announce?" + H1 + ID + "1&port=65536").failure()).contains("port");
    assertThat(get("/announce?" + H1 + ID + "1&port=0").failure()).contains("port");
    assertThat(tracker.peers()).isZero();
  }

  @Test
  void anEventThatIsNoneIsAPlainAnnounceAndSoIsAnOddCompact() throws Exception {
    for (var odd : List.of("0", "a", "Started", "Stopped", "Completed", "")) {
      announce(1, "&event=" + odd);
      assertThat(tracker.peers()).isEqualTo(1);
    }
    for (var odd : List.of("-1", "1.1", "a", "0")) {
      announce(1, "&compact=" + odd);
    }
    assertThat(scrape(H1)).containsExactly(0L, 0L, 1L);
    announce(1, "&supportcrypto=1&corrupt=0&redundant=0&key=ABCD1234&no_peer_id=1");
  }

  @Test
  @Spec("BEP 23")
  void theSecondPeerGetsExactlyTheFirst() throws Exception {
    announce(2, "");
    for (var form : List.of("&compact=1", "&compact=0", "&compact=0&no_peer_id=1", "")) {
      var answer = announce(3, form);
      assertThat(peers(answer)).isEqualTo(compact(2, 6881));
      assertThat(
              answer.integer("complete").orElseThrow() + answer.integer("incomplete").orElseThrow())
          .isEqualTo(2);
    }
  }

  @Test
  @Spec("BEP 7")
  void bothFamiliesAreToldEachInItsOwnList() throws Exception {
    announce("::1", H1 + ID + "7&port=7001");
    var second = announce("::1", H1 + ID + "2&port=7002");
    assertThat(second.string("peers6").orElseThrow().length()).isEqualTo(18);
    assertThat(peers(second)).isEmpty();
    announce(4, "");
    var third = announce(5, "");
    assertThat(peers(third)).isEqualTo(compact(4, 6881));
    assertThat(third.string("peers6").orElseThrow().length()).isEqualTo(36);
    assertThat(third.integer("incomplete")).contains(4L);
  }

  @Test
  void aPeerIsItsAddressAndPort() throws Exception {
    announce(1, "");
    assertThat(announce(1, "").integer("incomplete")).contains(1L);
    assertThat(announce("127.0.0.9", H1 + ID + "1&port=6881").integer("incomplete")).contains(2L);
  }

  @Test
  @Spec("BEP 48")
  void aDownloadIsCountedOnceAndOnlyWhenCompletedIsSaid() throws Exception {
    assertThat(announce(1, "&event=started&left=1000").integer("incomplete")).contains(1L);
    assertThat(scrape(H1)).containsExactly(0L, 0L, 1L);
    announce(2, "&left=1000");
    assertThat(announce(2, "&left=0").integer("complete")).contains(1L);
    assertThat(scrape(H1)).containsExactly(1L, 0L, 1L);
    assertThat(announce(1, "&event=completed&left=0").integer("complete")).contains(2L);
    announce(1, "&event=completed&left=0");
    assertThat(scrape(H1)).containsExactly(2L, 1L, 0L);
  }

  @Test
  void whoStopsIsGoneAtOnceAndAStrangerWhoStopsCreatesNothing() throws Exception {
    announce(7, "&event=stopped");
    assertThat(tracker.torrents()).isZero();
    announce(1, "");
    announce(2, "");
    assertThat(announce(2, "&event=stopped").integer("incomplete")).contains(1L);
    assertThat(peers(announce(3, ""))).isEqualTo(compact(1, 6881));
  }

  @Test
  void whoIsSilentForTwoIntervalsIsForgotten() throws Exception {
    announce(1, "");
    advance(TrackerLimits.DEFAULT.interval().multipliedBy(2).minusSeconds(5));
    assertThat(peers(announce(2, ""))).hasSize(6);
    advance(Duration.ofMinutes(10));
    var answer = announce(3, "");
    assertThat(peers(answer)).isEqualTo(compact(2, 6881));
    assertThat(answer.integer("incomplete")).contains(2L);
  }

  @Test
  void seedsAreNotHandedToSeeds() throws Exception {
    announce(1, "&left=0");
    announce(2, "&left=5");
    assertThat(peers(announce(3, "&left=0"))).isEqualTo(compact(2, 6881));
  }

  @Test
  @Spec("RFC 9110 §15.5.6")
  void theRestIsPlainHttp() throws Exception {
    var answer = get("/announce?" + H1 + ID + "1&port=6881");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head().toLowerCase(Locale.ROOT))
        .contains("content-length: " + answer.body().length)
        .contains("content-type: text/plain");
    var post = http("127.0.0.1", "POST", "/announce");
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.head()).contains("Allow: GET");
    assertThat(get("/nothing").status()).isEqualTo(404);
    assertThat(get("/announce?" + "a".repeat(7_000) + "=1&b=" + "c".repeat(2_000)).status())
        .isEqualTo(414);
    assertThat(new String(get("/stats").body(), StandardCharsets.UTF_8)).contains("Torrents");
    var stats = Json.parse(new String(get("/stats.json").body(), StandardCharsets.UTF_8));
    assertThat(stats.at("torrents").longValue()).isEqualTo(1);
    assertThat(stats.at("peers").longValue()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 48")
  void aScrapeNamesItsTorrentsByTheirRawBytes() throws Exception {
    assertThat(get("/scrape").failure()).contains("info_hash");
    assertThat(get("/scrape?info_hash=abc").failure()).contains("info_hash");
    assertThat(scrape(H2)).containsExactly(0L, 0L, 0L);
    announce(1, "&left=0");
    var files = get("/scrape?" + H1).dictionary().dictionary("files").orElseThrow();
    assertThat(files.entries()).containsOnlyKeys(BString.of(RAW1));
    assertThat(scrape(H1)).containsExactly(1L, 0L, 0L);
  }

  @Test
  void aListedTorrentIsServedAnUnlistedOneIsNotAndTheListCanBeChanged() throws Exception {
    var file = folder.resolve("allow.txt");
    Files.writeString(file, InfoHash.of(RAW1).toString().toUpperCase(Locale.ROOT) + "\n");
    restart(TrackerServer.Settings.DEFAULT.allowFile(file));
    announce(1, "");
    assertThat(get("/announce?" + H2 + ID + "1&port=6881").failure()).contains("not allowed");
    assertThat(get("/scrape?" + H2).dictionary().dictionary("files").orElseThrow().entries())
        .isEmpty();
    var socket = udp(2);
    long id = connect(socket);
    assertThat(ask(socket, announcePacket(id, RAW1, 1, 0, -1, 5000)).getInt()).isEqualTo(1);
    assertThat(ask(socket, announcePacket(id, RAW2, 1, 0, -1, 5000)).getInt()).isEqualTo(3);
    assertThat(tracker.torrents()).isEqualTo(1);
    tracker.allow(AllowList.of(Set.of(InfoHash.of(RAW1), InfoHash.of(RAW2))));
    assertThat(ask(socket, announcePacket(id, RAW2, 1, 0, -1, 5000)).getInt()).isEqualTo(1);
  }

  @Test
  void aListThatIsWrittenAnewIsFollowedWithoutARestart() throws Exception {
    var file = folder.resolve("followed.txt");
    Files.writeString(file, InfoHash.of(RAW1) + "\n");
    restart(TrackerServer.Settings.DEFAULT.allowFile(file));
    assertThat(get("/announce?" + H2 + ID + "1&port=6881").failure()).contains("not allowed");
    Files.writeString(file, InfoHash.of(RAW1) + "\n# and another\n" + InfoHash.of(RAW2) + "\n");
    await(() -> get("/announce?" + H2 + ID + "1&port=6881").failure().isEmpty());
    announce(1, "");
  }

  @Test
  void aListThatIsNotThereLeavesTheLastOneInForceAndIsFollowedAgain() throws Exception {
    var file = folder.resolve("lost.txt");
    Files.writeString(file, InfoHash.of(RAW1) + "\n");
    var metrics = new Metrics();
    restart(TrackerServer.Settings.DEFAULT.allowFile(file).metrics(metrics));
    var unread = metrics.counter("l7_tracker_allow_list_unread_total", "");
    Files.delete(file);
    await(() -> unread.value() > 0);
    announce(1, "");
    assertThat(get("/announce?" + H2 + ID + "1&port=6881").failure()).contains("not allowed");
    Files.writeString(file, InfoHash.of(RAW2) + "\n");
    await(() -> get("/announce?" + H2 + ID + "1&port=6881").failure().isEmpty());
  }

  private static void await(Callable<Boolean> that) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!that.call()) {
      assertThat(System.nanoTime()).as("within twenty seconds").isLessThan(end);
    }
  }

  @Test
  void aSlowRequestIsNotWaitedForByOthers() throws Exception {
    try (var slow = new Socket("127.0.0.1", tracker.httpAddresses().getFirst().getPort())) {
      slow.getOutputStream().write('G');
      announce(1, "");
      slow.setSoTimeout(50);
      assertThatThrownBy(() -> slow.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatIsKnownSurvivesARestartAndADamagedFileIsNotBelieved() throws Exception {
    var state = folder.resolve("state");
    restart(TrackerServer.Settings.DEFAULT.state(state));
    announce(1, "&event=completed&left=0");
    announce("::1", H1 + ID + "7&port=7001");
    restart(TrackerServer.Settings.DEFAULT.state(state));
    assertThat(scrape(H1)).containsExactly(1L, 1L, 1L);
    assertThat(peers(announce(2, ""))).isEqualTo(compact(1, 6881));
    tracker.close();
    var bytes = Files.readAllBytes(state);
    bytes[20] ^= 1;
    Files.write(state, bytes);
    restart(TrackerServer.Settings.DEFAULT.state(state));
    assertThat(tracker.torrents()).isZero();
  }

  @Test
  @Spec("BEP 7")
  void aClientThatComesOverBothFamiliesIsOnePeer() throws Exception {
    restart(TrackerServer.Settings.DEFAULT.state(folder.resolve("families")));
    var first = H1 + ID + "1&port=6881";
    assertThat(announce("127.0.0.1", first + "&left=9").integer("incomplete")).contains(1L);
    var again = announce("::1", first + "&left=9");
    assertThat(again.integer("incomplete")).contains(1L);
    assertThat(peers(again)).as("it is not told of itself").isEmpty();
    assertThat(again.get("peers6")).isEmpty();
    // Another is told of both its addresses, and is another.
    var other = announce("127.0.0.2", H1 + ID + "2&port=6881&left=9");
    assertThat(peers(other)).isEqualTo(compact(1, 6881));
    assertThat(other.string("peers6").orElseThrow().bytes()).hasSize(18);
    assertThat(other.integer("incomplete")).contains(2L);
    for (var from : List.of("127.0.0.1", "::1")) {
      announce(from, first + "&left=0&event=completed");
    }
    assertThat(scrape(H1)).containsExactly(1L, 1L, 1L);
    restart(TrackerServer.Settings.DEFAULT.state(folder.resolve("families")));
    assertThat(scrape(H1)).containsExactly(1L, 1L, 1L);
    assertThat(tracker.peers()).isEqualTo(2);
    announce("127.0.0.1", first + "&left=0&event=stopped");
    assertThat(scrape(H1)).containsExactly(1L, 1L, 1L);
    announce("::1", first + "&left=0&event=stopped");
    assertThat(scrape(H1)).containsExactly(0L, 1L, 1L);
  }
}
