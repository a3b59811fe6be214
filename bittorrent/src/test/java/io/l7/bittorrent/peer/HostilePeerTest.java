package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import io.l7.common.testkit.Seeded;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that break the protocol, sent to a running seed of twelve pieces of 64 KiB. */
class HostilePeerTest {
  private static final int PIECES = 12;
  private static final int PIECE = 64 * 1024;
  private static final byte[] HAVE_KEEPALIVE = new byte[4];

  @TempDir Path folder;
  private final Metrics metrics = new Metrics();
  private Peer peer;
  private Torrent torrent;
  private InfoHash infoHash;
  private Metainfo metainfo;

  @BeforeEach
  void seed() throws Exception {
    var data = new byte[PIECES * PIECE];
    Seeded.random("hostile").nextBytes(data);
    Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(folder.resolve("seed/x.bin"), data);
    metainfo = Metainfo.parse(MetainfoCreator.of(content).pieceLength(PIECE).create(_ -> {}));
    infoHash = metainfo.info().v1Hash().orElseThrow();
    peer = Peer.builder().metrics(metrics).start();
    torrent = peer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(torrent.await(Duration.ofSeconds(20))).isTrue();
    assertThat(torrent.verified().isFull()).isTrue();
    assertThat(torrent.verified().size()).isEqualTo(PIECES);
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private final AtomicInteger connections = new AtomicInteger();

  private Socket connect(Set<Handshake.Extension> extensions) throws IOException {
    var socket = new Socket(peer.address().getAddress(), peer.address().getPort());
    socket.setSoTimeout(20_000);
    // Each time another peer: the one before may not be known to be gone yet, and two are one too
    // many.
    var text = "-XX0000-%012d".formatted(connections.incrementAndGet());
    var id = PeerId.of(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(new Handshake(extensions, infoHash, id).encode());
    assertThat(socket.getInputStream().readNBytes(Handshake.LENGTH)).hasSize(Handshake.LENGTH);
    return socket;
  }

  /** Whether the other end closes; what it says first is thrown away. */
  private static boolean closes(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true; // reset, as our unread bytes were thrown away
    }
  }

  private void assertStillServes() throws Exception {
    try (var leech = Peer.builder().start()) {
      var target = Files.createTempDirectory(folder, "leech");
      var leeching = leech.add(TorrentSpec.of(metainfo, target).peers(List.of(peer.address())));
      assertThat(leeching.await(Duration.ofSeconds(20))).isTrue();
      assertThat(target.resolve("x.bin")).hasSameBinaryContentAs(folder.resolve("seed/x.bin"));
    }
  }

  @Test
  @Spec("BEP 3")
  void eachSharedHostileFrameHasItsReactionAndTheNextPeerIsServed() throws Exception {
    var file = Conformance.required("bittorrent").resolve("wire.json");
    for (var example : Json.parse(Files.readString(file)).at("cases").elements()) {
      if (!example.at("kind").text().equals("hostile")) {
        continue;
      }
      var id = example.at("id").text();
      var frame = HexFormat.of().parseHex(example.at("hex").text());
      var react = example.at("react").text();
      if (id.equals("bad-pstrlen") || id.equals("unknown-info-hash")) {
        try (var socket = new Socket(peer.address().getAddress(), peer.address().getPort())) {
          socket.setSoTimeout(5_000);
          socket.getOutputStream().write(frame);
          assertThat(closes(socket)).as(id).isTrue();
        }
        continue;
      }
      var extensions = EnumSet.of(Handshake.Extension.EXTENSION_PROTOCOL);
      if (id.equals("have-all-after-bitfield")) {
        extensions.add(Handshake.Extension.FAST);
      }
      try (var socket = connect(extensions)) {
        socket.getOutputStream().write(frame);
        socket.getOutputStream().write(HAVE_KEEPALIVE);
        boolean mayStay =
            react.startsWith("ignore") || react.startsWith("drop") || react.contains("reject");
        if (mayStay) {
          socket.setSoTimeout(200);
          assertThat(closes(socket)).as(id).isEqualTo(id.startsWith("request-"));
        } else {
          assertThat(closes(socket)).as(id + ": " + react).isTrue();
        }
      }
    }
    assertStillServes();
  }

  @Test
  @Spec("BEP 6")
  void aRequestThatMakesNoSenseIsRejectedWhenTheFastExtensionWasAgreed() throws Exception {
    try (var socket = connect(EnumSet.of(Handshake.Extension.FAST))) {
      var request = HexFormat.of().parseHex("0000000d060000000b0001000000004000");
      socket.getOutputStream().write(request);
      // have all first, then the answer
      assertThat(socket.getInputStream().readNBytes(5))
          .isEqualTo(HexFormat.of().parseHex("000000010e"));
      var reject = request.clone();
      reject[4] = 16;
      assertThat(socket.getInputStream().readNBytes(reject.length)).isEqualTo(reject);
    }
  }

  @Test
  void blocksNobodyAskedForAreCountedAndEndTheConnectionWhenTheyRepeat() throws Exception {
    try (var socket = connect(EnumSet.noneOf(Handshake.Extension.class))) {
      var frame = new byte[4 + 9 + 16 * 1024];
      System.arraycopy(HexFormat.of().parseHex("00004009070000000000000000"), 0, frame, 0, 13);
      boolean closed = false;
      for (int i = 0; i < 200 && !closed; i++) {
        try {
          socket.getOutputStream().write(frame);
        } catch (IOException _) {
          closed = true;
        }
      }
      assertThat(closed || closes(socket)).isTrue();
    }
    assertThat(
            metrics
                .counter("l7_peer_block_bytes_wasted_total", "Bytes of blocks received in vain")
                .value())
        .isGreaterThanOrEqualTo(16 * 1024);
  }

  private static byte[] extended(int id, String payload) {
    var text = payload.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(6 + text.length)
        .putInt(2 + text.length)
        .put((byte) 20)
        .put((byte) id)
        .put(text)
        .array();
  }

  @Test
  @Spec("BEP 10")
  void aSecondExtensionHandshakeTellsWhatChangedAndTheRestStands() throws Exception {
    try (var socket = connect(EnumSet.of(Handshake.Extension.EXTENSION_PROTOCOL))) {
      var out = socket.getOutputStream();
      out.write(extended(0, "d1:md11:ut_metadatai7eee"));
      out.write(extended(0, "d1:md6:ut_pexi9eee"));
      out.write(extended(1, "d8:msg_typei0e5:piecei0ee"));
      var in = new DataInputStream(socket.getInputStream());
      int id;
      do { // past bitfield and introduction
        var frame = in.readNBytes(in.readInt());
        id = frame.length > 1 && frame[0] == 20 ? frame[1] : 0;
      } while (id == 0);
      assertThat(id).isEqualTo(7);
    }
  }

  @Test
  void whoAsksForMetadataWithoutReadingIsClosedBeforeItFillsTheMemory() throws Exception {
    peer.close();
    peer =
        Peer.builder()
            .metrics(metrics)
            .wire(WireLimits.DEFAULT.unsent(64 * 1024, Duration.ofMillis(200)))
            .start();
    torrent = peer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(torrent.await(Duration.ofSeconds(20))).isTrue();
    try (var socket = connect(EnumSet.of(Handshake.Extension.EXTENSION_PROTOCOL))) {
      socket.getOutputStream().write(extended(0, "d1:md11:ut_metadatai7eee"));
      var request = extended(1, "d8:msg_typei0e5:piecei0ee");
      var many = ByteBuffer.allocate(request.length * 1_000);
      while (many.hasRemaining()) {
        many.put(request);
      }
      boolean closed = false;
      for (int i = 0; i < 1_000 && !closed; i++) {
        try {
          socket.getOutputStream().write(many.array());
        } catch (IOException _) {
          closed = true;
        }
      }
      assertThat(closed).as("a million requests").isTrue();
    }
    assertStillServes();
  }

  @Test
  @Spec("BEP 10")
  void whoMovesItsPortWithEachHandshakeIsKnownUnderOne() throws Exception {
    try (var socket = connect(EnumSet.of(Handshake.Extension.EXTENSION_PROTOCOL))) {
      for (int port = 20_000; port < 26_000; port++) {
        socket.getOutputStream().write(extended(0, "d1:mde1:pi" + port + "ee"));
      }
      socket.getOutputStream().write(HexFormat.of().parseHex("0000000102"));
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (torrent.status().peers().stream().noneMatch(p -> p.view().interestedInUs())) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
      assertThat(torrent.status().knownPeers()).isEqualTo(1);
    }
  }

  @Test
  void whatIsAskedBeyondWhatWeServeKeepsNoPlaceForEver() throws Exception {
    peer.close();
    peer = Peer.builder().upRate(1).start();
    torrent = peer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
    assertThat(torrent.await(Duration.ofSeconds(20))).isTrue();
    int served = WireLimits.DEFAULT.requestsServed();
    int more = 100;
    try (var socket = connect(EnumSet.of(Handshake.Extension.FAST))) {
      socket.getOutputStream().write(HexFormat.of().parseHex("0000000102"));
      var in = new DataInputStream(socket.getInputStream());
      while (next(in) != 1) {} // unchoked
      var block = HexFormat.of().parseHex("0000000d06000000000000000000004000");
      for (int i = 0; i < served + more + 3; i++) { // some leave before the limit holds
        socket.getOutputStream().write(block);
      }
      for (int rejected = 0; rejected < more; ) {
        rejected += next(in) == 16 ? 1 : 0;
      }
      assertThat(torrent.status().peers())
          .singleElement()
          .satisfies(
              line -> assertThat(line.view().queued()).isLessThanOrEqualTo((served + 2) * 16_384L));
    }
  }

  /** The number of the next message. */
  private static int next(DataInputStream in) throws IOException {
    var message = new byte[in.readInt()];
    in.readFully(message);
    return message.length == 0 ? -1 : message[0];
  }

  @Test
  void whoSentACorruptPieceAndLeftIsNotLetInAgain() throws Exception {
    var data = new byte[4 << 20];
    Seeded.random("left").nextBytes(data);
    var file = Files.write(folder.resolve("left.bin"), data);
    var made = Metainfo.parse(MetainfoCreator.of(file).pieceLength(data.length).create(_ -> {}));
    var hello =
        new Handshake(
                EnumSet.of(Handshake.Extension.FAST),
                made.info().v1Hash().orElseThrow(),
                PeerId.of("-XX0000-000000000042".getBytes(StandardCharsets.US_ASCII)))
            .encode();
    var corrupt = metrics.counter("l7_peer_bans_total", "Peers banned for corrupt blocks");
    var leech = peer.add(TorrentSpec.of(made, Files.createDirectories(folder.resolve("victim"))));
    while (!(leech.status().state() instanceof TorrentState.Downloading)) {
      Thread.onSpinWait();
    }
    try (var socket = new Socket(peer.address().getAddress(), peer.address().getPort())) {
      socket.setSoTimeout(20_000);
      var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      out.write(hello);
      out.write(HexFormat.of().parseHex("000000010e" + "0000000101")); // have all, unchoke
      out.flush();
      var in = new DataInputStream(socket.getInputStream());
      in.readNBytes(Handshake.LENGTH);
      for (int sent = 0; sent < data.length; ) {
        var message = new byte[in.readInt()];
        in.readFully(message);
        if (message.length > 0 && message[0] == 6) {
          var asked = ByteBuffer.wrap(message, 1, 12);
          int piece = asked.getInt();
          int offset = asked.getInt();
          var block = new byte[asked.getInt()];
          out.writeInt(9 + block.length);
          out.write(7);
          out.writeInt(piece);
          out.writeInt(offset);
          out.write(block);
          out.flush();
          sent += block.length;
        }
      }
    }
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (corrupt.value() == 0) {
      assertThat(System.nanoTime()).as("banned").isLessThan(end);
      Thread.onSpinWait();
    }
    try (var again = new Socket(peer.address().getAddress(), peer.address().getPort())) {
      again.setSoTimeout(20_000);
      again.getOutputStream().write(hello);
      assertThat(closes(again)).isTrue();
    }
  }

  @Test
  void silentConnectionsDoNotKeepAPeerFromBeingServed() throws Exception {
    var silent = new java.util.ArrayList<Socket>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(new Socket(peer.address().getAddress(), peer.address().getPort()));
      }
      assertStillServes();
    } finally {
      for (var socket : silent) {
        socket.close();
      }
    }
  }
}
