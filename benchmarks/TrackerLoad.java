import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Announces to a UDP tracker (BEP 15) and counts the answers: one thread, four sockets on addresses
 * of their own, each with 16 announces on their way. Torrents and peers are random, 75 % of them
 * seeds; at most 200 peers a torrent, 30 asked for.
 */
final class TrackerLoad {
  private static final int TORRENTS = 10_000;
  private static final int SOCKETS = 4;
  private static final int PORTS = 50;
  private static final int WINDOW = 16;
  private static final long LOST = 200_000_000L;

  private TrackerLoad() {}

  /** One socket with its connection id and what it waits for. */
  private static final class Client {
    private final ByteBuffer request = ByteBuffer.allocateDirect(98);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(2048);
    private final SplittableRandom random;
    private final DatagramChannel channel;
    private long heard = System.nanoTime();
    private int waiting;

    Client(int number, InetSocketAddress tracker) throws IOException {
      random = new SplittableRandom(System.nanoTime() + number);
      channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + (10 + number)), 0));
      channel.connect(tracker);
      channel.write(
          ByteBuffer.allocate(16).putLong(0x41727101980L).putInt(0).putInt(number).flip());
      channel.read(answer);
      if (answer.position() != 16 || answer.getInt(0) != 0) {
        throw new IOException("no connection id");
      }
      request.putLong(0, answer.getLong(8));
      channel.configureBlocking(false);
    }

    /** Takes what has come and asks as often anew; the number of good answers. */
    int turn() throws IOException {
      int good = 0;
      long now = System.nanoTime();
      while (waiting > 0 && channel.read(answer.clear()) > 0) {
        good += answer.getInt(0) == 1 && answer.position() >= 20 ? 1 : 0;
        waiting--;
        heard = now;
      }
      if (now - heard > LOST) {
        waiting = 0;
        heard = now;
      }
      while (waiting < WINDOW) {
        channel.write(announce());
        waiting++;
      }
      return good;
    }

    private ByteBuffer announce() {
      int port = 2_000 + random.nextInt(PORTS);
      boolean seed = port % 4 != 0;
      request.clear();
      request.putInt(8, 1).putInt(12, random.nextInt());
      request.put(16, hash(random.nextInt(TORRENTS))).put(36, hash(port));
      request.putLong(56, 0).putLong(64, seed ? 0 : 1 << 20).putLong(72, 0);
      request.putInt(80, 0).putInt(84, 0).putInt(88, port).putInt(92, 30);
      return request.putShort(96, (short) port);
    }
  }

  private static final byte[][] HASHES = new byte[TORRENTS][];

  private static byte[] hash(int number) {
    return HASHES[number];
  }

  public static void main(String[] arguments) throws Exception {
    var random = new SplittableRandom(7);
    for (int i = 0; i < TORRENTS; i++) {
      HASHES[i] = new byte[20];
      random.nextBytes(HASHES[i]);
    }
    if (arguments[0].equals("hashes")) {
      for (var hash : HASHES) {
        System.out.println(HexFormat.of().formatHex(hash));
      }
      return;
    }
    var tracker = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    var clients = new Client[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
      clients[i] = new Client(i, tracker);
    }
    long answered = 0;
    long end = System.nanoTime() + (long) (Double.parseDouble(arguments[1]) * 1e9);
    while (System.nanoTime() < end) {
      for (var client : clients) {
        answered += client.turn();
      }
    }
    System.out.println(answered);
  }
}
