import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.net.UdpServer;

/** Sends every datagram back with QR set: the ceiling of a DNS server on this machine. */
final class UdpEcho {
  private UdpEcho() {}

  public static void main(String[] arguments) throws Exception {
    var network = arguments[0].equals("bursts") ? Network.real() : Network.channels();
    var server =
        UdpServer.named("echo")
            .network(network)
            .start(
                datagram -> {
                  byte[] data = datagram.data();
                  data[2] |= (byte) 0x80;
                  datagram.reply(data, 0, datagram.length());
                });
    System.out.println("ready echo " + Endpoint.of(server.address()));
    Thread.currentThread().join();
  }
}
