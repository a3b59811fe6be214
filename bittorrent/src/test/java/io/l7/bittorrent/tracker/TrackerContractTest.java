package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.spec.Spec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared contract of trackers, over real sockets and a clock of ours. */
class TrackerContractTest {
  private static final String H1 = "info_hash=AAAAAAAAAAAAAAAAAAAA";
  private static final String H2 = "info_hash=BBBBBBBBBBBBBBBBBBBB";
  private static final String ID = "&peer_id=-XX0000-00000000000";
  private static final byte[] RAW1 = "AAAAAAAAAAAAAAAAAAAA".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RAW2 = "BBBBBBBBBBBBBBBBBBBB".getBytes(StandardCharsets.US_ASCII);
  private static final long MAGIC = 0x41727101980L;

  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private TrackerServer tracker;

  @BeforeEach
  void start() throws Exception {
    restart(TrackerServer.Settings.DEFAULT);
  }

  private void restart(TrackerServer.Settings settings) throws Exception {
    if (tracker != null) {
      tracker.close();
    }
    tracker =
        TrackerServer.start(
            settings
                .http(Listener.tcp(new Endpoint("127.0.0.1", 0)))
                .http(Listener.tcp(new Endpoint("::1", 0)))
                .udp(new Endpoint("127.0.0.1", 0))
                .clock(clock::get));
  }

  @AfterEach
  void close() {
    sockets.forEach(DatagramSocket::close);
    tracker.close();
  }

  private void advance(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  // --- HTTP by hand

  private record Answer(String head, byte[] body) {
    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    BDictionary dictionary() throws IOException {
      return (BDictionary) BencodeReader.decode(body, BencodeReader.Mode.STRICT);
    }

    String failure() throws IOException {
      assertThat(status()).isEqualTo(200);
      return dictionary().text("failure reason").orElse("");
    }
  }

  private Answer http(String from, String method, String target) throws IOException {
    boolean v6 = from.contains(":");
    var to = tracker.httpAddresses().get(v6 ? 1 : 0);
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      socket.setSoTimeout(5_000);
      socket.connect(to);
      socket
          .getOutputStream()
          .write(
              (method + " " + target + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      var all = socket.getInputStream().readAllBytes();
      var text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      return new Answer(text.substring(0, end), Arrays.copyOfRange(all, end + 4, all.length));
    }
  }

  private Answer get(String target) throws IOException {
    return http("127.0.0.1", "GET", target);
  }

  private BDictionary announce(int peer, String more) throws IOException {
    return announce("127.0.0." + peer, H1 + ID + peer + "&port=6881" + more);
  }

  private BDictionary announce(String from, String query) throws IOException {
    var answer = http(from, "GET", "/announce?" + query).dictionary();
    assertThat(answer.get("failure reason")).isEmpty();
    return answer;
  }

  private static byte[] peers(BDictionary answer) {
    return answer.string("peers").orElseThrow().bytes();
  }

  private static byte[] compact(int peer, int port) {
    return new byte[] {127, 0, 0, (byte) peer, (byte) (port >> 8), (byte) port};
  }

  private List<Long> scrape(String hash) throws IOException {
    var files = get("/scrape?" + hash).dictionary().dictionary("files").orElseThrow();
    var entry = (BDictionary) files.entries().values().iterator().next();
    return List.of(
        entry.integer("complete").orElseThrow(),
        entry.integer("downloaded").orElseThrow(),
        entry.integer("incomplete").orElseThrow());
  }

  // --- UDP by hand

  private DatagramSocket udp(int host) throws IOException {
    var socket = new DatagramSocket(new InetSocketAddress("127.0.0." + host, 0));
    socket.setSoTimeout(5_000);
    sockets.add(socket);
    return socket;
  }

  private ByteBuffer ask(DatagramSocket socket, ByteBuffer packet) throws IOException {
    send(socket, packet);
    var in = new DatagramPacket(new byte[2_048], 2_048);
    socket.receive(in);
    return ByteBuffer.wrap(in.getData(), 0, in.getLength()).slice();
  }

  private void send(DatagramSocket socket, ByteBuffer packet) throws IOException {
    var bytes = new byte[packet.position()];
    packet.duplicate().flip().get(bytes);
    socket.send(new DatagramPacket(bytes, bytes.length, tracker.udpAddress().orElseThrow()));
  }

  /** Silence is shown by a later question being the first to be answered. */
  private void assertSilence(DatagramSocket socket, ByteBuffer packet) throws IOException {
    send(socket, packet);
    var answer = ask(socket, connectPacket(0x5151));
    assertThat(answer.getInt()).isZero();
    assertThat(answer.getInt()).isEqualTo(0x5151);
  }

  private static ByteBuffer connectPacket(int transaction) {
    return ByteBuffer.allocate(16).putLong(MAGIC).putInt(0).putInt(transaction);
  }

  private long connect(DatagramSocket socket) throws IOException {
    var answer = ask(socket, connectPacket(77));
    assertThat(answer.remaining()).isEqualTo(16);
    assertThat(answer.getInt()).isZero();
    assertThat(answer.getInt()).isEqualTo(77);
    return answer.getLong();
  }

  private static ByteBuffer announcePacket(
      long id, byte[] hash, long left, int event, int wanted, int port) {
    return ByteBuffer.allocate(200)
        .putLong(id)
        .putInt(1)
        .putInt(99)
        .put(hash)
        .put("-XX0000-000000000001".getBytes(StandardCharsets.US_ASCII))
        .putLong(0)
        .putLong(left)
        .putLong(0)
        .putInt(event)
        .putInt(0)
        .putInt(1)
        .putInt(wanted)
        .putShort((short) port);
  }

  private static ByteBuffer scrapePacket(long id, byte[]... hashes) {
    var packet = ByteBuffer.allocate(200).putLong(id).putInt(2).putInt(98);
    for (var hash : hashes) {
      packet.put(hash);
    }
    return packet;
  }

  // --- the contract

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
    announce("::1", H1 + ID + "1&port=7001");
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
    long end = System.nanoTime() + 10_000_000_000L;
    while (get("/announce?" + H2 + ID + "1&port=6881").failure().contains("not allowed")) {
      assertThat(System.nanoTime()).as("followed within ten seconds").isLessThan(end);
    }
    announce(1, "");
  }

  @Test
  @Spec("BEP 15")
  void nothingIsAnsweredBeforeAnAddressIsProven() throws Exception {
    var socket = udp(2);
    for (int length : new int[] {0, 1, 15}) {
      assertSilence(socket, ByteBuffer.allocate(16).position(length));
    }
    assertSilence(socket, ByteBuffer.allocate(16).putLong(MAGIC + 1).putInt(0).putInt(1));
    long id = connect(socket);
    assertSilence(socket, announcePacket(~id, RAW1, 1, 0, -1, 5000));
    assertSilence(socket, scrapePacket(~id, RAW1));
    assertSilence(udp(3), announcePacket(id, RAW1, 1, 0, -1, 5000));
    assertSilence(socket, announcePacket(id + (100L << 32), RAW1, 1, 0, -1, 5000));
    assertThat(tracker.peers()).isZero();
    // what is sent to the unproven is no longer than what it sent: 16 bytes for 16
    assertThat(ask(socket, connectPacket(5)).remaining()).isEqualTo(16);
    var padded = ByteBuffer.allocate(64).putLong(MAGIC).putInt(0).putInt(6).position(64);
    assertThat(ask(socket, padded).remaining()).isEqualTo(16);
  }

  @Test
  @Spec("BEP 15")
  void aConnectionIdServesTwoMinutesAndNoRestart() throws Exception {
    var socket = udp(2);
    long id = connect(socket);
    for (int second : new int[] {0, 59, 60}) {
      advance(Duration.ofSeconds(second));
      assertThat(ask(socket, announcePacket(id, RAW1, 1, 0, -1, 5000)).getInt()).isEqualTo(1);
    }
    advance(Duration.ofSeconds(2)); // 121 s in all
    assertSilence(socket, announcePacket(id, RAW1, 1, 0, -1, 5000));
    long fresh = connect(socket);
    restart(TrackerServer.Settings.DEFAULT);
    assertSilence(socket, announcePacket(fresh, RAW1, 1, 0, -1, 5000));
  }

  @Test
  @Spec("BEP 15")
  void twentyPeersSeeThoseBeforeThem() throws Exception {
    var earlier = new HashSet<Integer>();
    for (int i = 0; i < 20; i++) {
      var socket = udp(1);
      long id = connect(socket);
      boolean seed = i % 3 == 0;
      var answer = ask(socket, announcePacket(id, RAW1, seed ? 0 : 9, 2, 10, 2000 + i));
      assertThat(answer.getInt()).isEqualTo(1);
      assertThat(answer.getInt()).isEqualTo(99);
      assertThat(answer.getInt()).isPositive();
      assertThat(answer.getInt() + answer.getInt()).isEqualTo(i + 1);
      var listed = new HashSet<Integer>();
      while (answer.hasRemaining()) {
        assertThat(answer.getInt()).isEqualTo(0x7f000001);
        listed.add(answer.getShort() & 0xffff);
      }
      assertThat(earlier).containsAll(listed);
      int eligible = seed ? i - (i + 2) / 3 : i; // seeds are not shown to seeds
      assertThat(listed).hasSize(Math.min(eligible, 10)).doesNotContain(2000 + i);
      earlier.add(2000 + i);
    }
  }

  @Test
  @Spec("BEP 41")
  void optionsBehindAnAnnounceAreAllowed() throws Exception {
    var socket = udp(2);
    var packet = announcePacket(connect(socket), RAW1, 1, 0, -1, 5000);
    packet.put(new byte[] {2, 3, 'a', 'b', 'c', 1, 0});
    assertThat(ask(socket, packet).getInt()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 15")
  void theUdpSideTellsErrorsScrapesAndEventsAndSharesTheSwarm() throws Exception {
    announce(1, "");
    var socket = udp(2);
    long id = connect(socket);
    var answer = ask(socket, announcePacket(id, RAW1, 0, 1, -1, 5000));
    assertThat(answer.position(20).remaining()).isEqualTo(6);
    var figures = ask(socket, scrapePacket(id, RAW2, RAW1));
    assertThat(figures.getInt()).isEqualTo(2);
    assertThat(figures.getInt()).isEqualTo(98);
    for (int expected : new int[] {0, 0, 0, 1, 1, 1}) {
      assertThat(figures.getInt()).isEqualTo(expected);
    }
    assertThat(ask(socket, announcePacket(id, RAW1, 1, 0, -1, 0)).getInt()).isEqualTo(3);
    var odd = ByteBuffer.allocate(16).putLong(id).putInt(7).putInt(42);
    var error = ask(socket, odd);
    assertThat(error.getInt()).isEqualTo(3);
    assertThat(error.getInt()).isEqualTo(42);
    ask(socket, announcePacket(id, RAW1, 0, 3, -1, 5000));
    assertThat(tracker.peers()).isEqualTo(1);
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
    announce("::1", H1 + ID + "1&port=7001");
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
}
