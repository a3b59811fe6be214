package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.choke.ChokeTiming;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, and who must give way: a seed on an IPv4 and an IPv6 address. */
class DoorTest {
  private static final int ROOM = 4;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Metainfo metainfo;
  private Peer peer;
  private Torrent torrent;

  @BeforeEach
  void seed() throws Exception {
    var data = new byte[200_000];
    Seeded.random("door").nextBytes(data);
    Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(folder.resolve("seed/x.bin"), data);
    metainfo = Metainfo.parse(MetainfoCreator.of(content).pieceLength(32 * 1024).create(_ -> {}));
    peer =
        Peer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .listen(new Endpoint("::1", 0))
            .limits(PeerLimits.DEFAULT.perTorrent(ROOM).handshakes(ROOM))
            .wire(WireLimits.DEFAULT.handshake(Duration.ofMillis(700)))
            .start();
    open.add(peer);
    seed(ChokeTiming.BEP3);
  }

  private void seed(ChokeTiming timing) throws Exception {
    var policies = BrainConfig.DEFAULTS.timing(timing);
    torrent =
        peer.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly().policies(policies));
    assertThat(torrent.await(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private Socket silent(InetSocketAddress to) throws IOException {
    var socket = new Socket(to.getAddress(), to.getPort());
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  private Socket greeting(InetSocketAddress to, int id) throws IOException {
    var socket = silent(to);
    var peerId = PeerId.of("-XX0000-%012d".formatted(id).getBytes(StandardCharsets.US_ASCII));
    var infoHash = metainfo.info().v1Hash().orElseThrow();
    socket.getOutputStream().write(new Handshake(Set.of(), infoHash, peerId).encode());
    assertThat(socket.getInputStream().readNBytes(Handshake.LENGTH)).hasSize(Handshake.LENGTH);
    return socket;
  }

  /** One that was let in: its first message is there. */
  private Socket guest(InetSocketAddress to, int id) throws IOException {
    var socket = greeting(to, id);
    assertThat(socket.getInputStream().read()).isNotNegative();
    return socket;
  }

  private static Socket says(Socket socket, String words) throws IOException {
    socket.getOutputStream().write(HexFormat.of().parseHex(words));
    return socket;
  }

  private static void await(BooleanSupplier that) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!that.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
  }

  private void awaitPeers(int count) throws Exception {
    await(() -> torrent.status().peers().size() == count);
  }

  private static boolean ends(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    try {
      in.skip(Long.MAX_VALUE);
      return in.read() < 0;
    } catch (IOException e) {
      return !(e instanceof java.net.SocketTimeoutException);
    }
  }

  private void assertServes() throws Exception {
    var leech = Peer.builder().start();
    open.add(leech);
    var target = Files.createTempDirectory(folder, "leech");
    var leeching = leech.add(TorrentSpec.of(metainfo, target).peers(List.of(peer.address())));
    assertThat(leeching.await(Duration.ofSeconds(20))).isTrue();
    assertThat(target.resolve("x.bin")).hasSameBinaryContentAs(folder.resolve("seed/x.bin"));
  }

  @Test
  void aPeerThatComesOverBothFamiliesIsOne() throws Exception {
    guest(peer.addresses().get(0), 7);
    var again = greeting(peer.addresses().get(1), 7);
    assertThat(ends(again)).isTrue();
    assertThat(torrent.status().peers()).hasSize(1);
    assertThat(torrent.status().peers().getFirst().address().getAddress())
        .isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
  }

  @Test
  void whoUsesThePeerIdOfAnotherPeerDoesNotPushItOut() throws Exception {
    // Above ours, so that of two connections the one that it has made would stay.
    var id = PeerId.of("~XX0000-000000000001".getBytes(StandardCharsets.US_ASCII));
    var hello = new Handshake(Set.of(), metainfo.info().v1Hash().orElseThrow(), id).encode();
    try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      torrent.addPeer((InetSocketAddress) listener.getLocalSocketAddress());
      try (var honest = listener.accept();
          var thief = new Socket()) {
        honest.setSoTimeout(10_000);
        assertThat(honest.getInputStream().readNBytes(Handshake.LENGTH)).hasSize(Handshake.LENGTH);
        honest.getOutputStream().write(hello);
        assertThat(honest.getInputStream().read()).isNotNegative();
        thief.bind(new InetSocketAddress("127.0.0.2", 0));
        thief.connect(peer.address());
        thief.setSoTimeout(10_000);
        thief.getOutputStream().write(hello);
        assertThat(ends(thief)).isTrue();
        assertThat(torrent.status().peers())
            .singleElement()
            .satisfies(
                line -> assertThat(line.address()).isEqualTo(listener.getLocalSocketAddress()));
      }
    }
  }

  @Test
  void whoSaysNothingIsClosedWhenTheTimeForTheHandshakeIsOver() throws Exception {
    long start = System.nanoTime();
    assertThat(ends(silent(peer.address()))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(600));
  }

  @Test
  void theOldestOfTooManySilentConnectionsGivesWayToTheNext() throws Exception {
    peer.close();
    peer =
        Peer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .limits(PeerLimits.DEFAULT.handshakes(ROOM))
            .wire(WireLimits.DEFAULT.handshake(Duration.ofMinutes(5)))
            .start();
    open.add(peer);
    seed(ChokeTiming.BEP3);
    var all = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < ROOM + 1; i++) {
      var socket = silent(peer.address());
      all.add(() -> ends(socket));
    }
    // Its time for the handshake is not over for minutes.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAny(all)).isTrue();
    }
    assertServes();
  }

  @Test
  void whoSaysNoMoreThanItsHandshakeGivesWayInAFullTorrent() throws Exception {
    var mute = new ArrayList<Socket>();
    for (int i = 0; i < ROOM; i++) {
      mute.add(guest(peer.address(), i));
    }
    assertThat(torrent.status().peers()).hasSize(ROOM);
    assertServes();
    assertThat(ends(mute.getFirst())).isTrue();
  }

  /** Things said by peers that want nothing: alive, not interested, one piece, none of them. */
  @ParameterizedTest
  @ValueSource(strings = {"00000000", "0000000103", "000000050400000001", "000000020500"})
  void whoTalksAndIsOfNoUseGivesWayInAFullTorrent(String words) throws Exception {
    var idlers = new ArrayList<Socket>();
    for (int i = 0; i < ROOM; i++) {
      idlers.add(says(guest(peer.address(), i), words));
    }
    awaitPeers(ROOM);
    assertServes();
    assertThat(ends(idlers.getFirst())).isTrue();
    for (var other : idlers.subList(1, ROOM)) {
      other.setSoTimeout(50);
      assertThat(ends(other)).as("only one had to go").isFalse();
    }
  }

  @Test
  void whoSaysItIsInterestedKeepsItsPlaceWhileItMightStillAsk() throws Exception {
    // A round that a busy machine does not come to the end of.
    torrent.close();
    seed(new ChokeTiming(Duration.ofMinutes(10), Duration.ofMinutes(30)));
    for (int i = 0; i < ROOM; i++) {
      says(guest(peer.address(), i), "0000000102");
    }
    awaitPeers(ROOM);
    var refused = greeting(peer.address(), 90);
    assertThat(ends(refused)).as("they might still ask").isTrue();
    assertThat(torrent.status().peers()).hasSize(ROOM);
  }

  @Test
  void whoHasAskedForNothingForARoundGivesWay() throws Exception {
    torrent.close();
    seed(new ChokeTiming(Duration.ofSeconds(1), Duration.ofSeconds(3)));
    var liars = new ArrayList<Socket>();
    for (int i = 0; i < ROOM; i++) {
      liars.add(says(guest(peer.address(), i), "0000000102"));
    }
    awaitPeers(ROOM);
    await(() -> torrent.status().peers().stream().allMatch(line -> line.view().idle()));
    assertServes();
    assertThat(ends(liars.getFirst())).isTrue();
  }

  @Test
  void whenAllPlacesOfTheNodeAreTakenTheLeastUsefulOfAnyTorrentGivesWay() throws Exception {
    peer.close();
    peer =
        Peer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .limits(PeerLimits.DEFAULT.connections(ROOM))
            .start();
    open.add(peer);
    seed(ChokeTiming.BEP3);
    var mute = new ArrayList<Socket>();
    for (int i = 0; i < ROOM; i++) {
      mute.add(guest(peer.address(), i));
    }
    assertThat(torrent.status().peers()).hasSize(ROOM);
    assertServes();
    assertThat(ends(mute.getFirst())).isTrue();
  }
}
