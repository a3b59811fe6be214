package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tracker over real sockets and a clock of ours, and clients by hand. */
abstract class TrackerContract {
  static final String H1 = "info_hash=AAAAAAAAAAAAAAAAAAAA";
  static final String H2 = "info_hash=BBBBBBBBBBBBBBBBBBBB";
  static final String ID = "&peer_id=-XX0000-00000000000";
  static final byte[] RAW1 = "AAAAAAAAAAAAAAAAAAAA".getBytes(StandardCharsets.US_ASCII);
  static final byte[] RAW2 = "BBBBBBBBBBBBBBBBBBBB".getBytes(StandardCharsets.US_ASCII);
  static final long MAGIC = 0x41727101980L;

  @TempDir Path folder;
  final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
  final List<DatagramSocket> sockets = new ArrayList<>();
  TrackerServer tracker;

  @BeforeEach
  void start() throws Exception {
    restart(TrackerServer.Settings.DEFAULT);
  }

  final void restart(TrackerServer.Settings settings) throws Exception {
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

  void advance(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  // --- HTTP by hand

  record Answer(String head, byte[] body) {
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

  Answer http(String from, String method, String target) throws IOException {
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

  Answer get(String target) throws IOException {
    return http("127.0.0.1", "GET", target);
  }

  BDictionary announce(int peer, String more) throws IOException {
    return announce("127.0.0." + peer, H1 + ID + peer + "&port=6881" + more);
  }

  BDictionary announce(String from, String query) throws IOException {
    var answer = http(from, "GET", "/announce?" + query).dictionary();
    assertThat(answer.get("failure reason")).isEmpty();
    return answer;
  }

  static byte[] peers(BDictionary answer) {
    return answer.string("peers").orElseThrow().bytes();
  }

  static byte[] compact(int peer, int port) {
    return new byte[] {127, 0, 0, (byte) peer, (byte) (port >> 8), (byte) port};
  }

  List<Long> scrape(String hash) throws IOException {
    var files = get("/scrape?" + hash).dictionary().dictionary("files").orElseThrow();
    var entry = (BDictionary) files.entries().values().iterator().next();
    return List.of(
        entry.integer("complete").orElseThrow(),
        entry.integer("downloaded").orElseThrow(),
        entry.integer("incomplete").orElseThrow());
  }

  // --- UDP by hand

  DatagramSocket udp(int host) throws IOException {
    var socket = new DatagramSocket(new InetSocketAddress("127.0.0." + host, 0));
    socket.setSoTimeout(5_000);
    sockets.add(socket);
    return socket;
  }

  ByteBuffer ask(DatagramSocket socket, ByteBuffer packet) throws IOException {
    send(socket, packet);
    var in = new DatagramPacket(new byte[2_048], 2_048);
    socket.receive(in);
    return ByteBuffer.wrap(in.getData(), 0, in.getLength()).slice();
  }

  void send(DatagramSocket socket, ByteBuffer packet) throws IOException {
    var bytes = new byte[packet.position()];
    packet.duplicate().flip().get(bytes);
    socket.send(new DatagramPacket(bytes, bytes.length, tracker.udpAddress().orElseThrow()));
  }

  /** Silence is shown by a later question being the first to be answered. */
  void assertSilence(DatagramSocket socket, ByteBuffer packet) throws IOException {
    send(socket, packet);
    var answer = ask(socket, connectPacket(0x5151));
    assertThat(answer.getInt()).isZero();
    assertThat(answer.getInt()).isEqualTo(0x5151);
  }

  static ByteBuffer connectPacket(int transaction) {
    return ByteBuffer.allocate(16).putLong(MAGIC).putInt(0).putInt(transaction);
  }

  long connect(DatagramSocket socket) throws IOException {
    var answer = ask(socket, connectPacket(77));
    assertThat(answer.remaining()).isEqualTo(16);
    assertThat(answer.getInt()).isZero();
    assertThat(answer.getInt()).isEqualTo(77);
    return answer.getLong();
  }

  static ByteBuffer announcePacket(
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

  static ByteBuffer scrapePacket(long id, byte[]... hashes) {
    var packet = ByteBuffer.allocate(200).putLong(id).putInt(2).putInt(98);
    for (var hash : hashes) {
      packet.put(hash);
    }
    return packet;
  }
}
