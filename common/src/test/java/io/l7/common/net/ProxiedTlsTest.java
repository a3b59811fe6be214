package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS behind a proxy that says who the client is. */
class ProxiedTlsTest {
  /** Sends octets ahead, in one piece with the first that are written. */
  private static final class Ahead extends WrappedSocket {
    private final OutputStream out;
    private byte[] ahead;

    Ahead(Socket raw, byte[] octets) throws IOException {
      super(raw);
      ahead = octets;
      var to = raw.getOutputStream();
      out =
          new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
              write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
              var together = new ByteArrayOutputStream();
              together.write(ahead);
              together.write(source, offset, length);
              ahead = new byte[0];
              to.write(together.toByteArray());
            }
          };
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }
  }

  private static final String V1 = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";
  private static final String V2 =
      "0d0a0d0a000d0a515549540a" + "2111" + "000c" + "c0000201" + "c0000202" + "dc04" + "01bb";

  @ParameterizedTest
  @ValueSource(strings = {V1, V2})
  void theHelloMayComeTogetherWithTheHeader(String header) throws IOException {
    byte[] octets =
        header.startsWith("PROXY")
            ? header.getBytes(StandardCharsets.US_ASCII)
            : HexFormat.of().parseHex(header);
    var listener =
        Listener.tls(Endpoint.parse("127.0.0.1:0"), TlsIdentity.selfSigned("localhost"))
            .proxyProtocol(Cidr.LOOPBACK);
    try (var server =
            TcpServer.named("test")
                .listen(listener)
                .start(connection -> connection.out().line(connection.toString()));
        var socket = new Socket(server.address().getAddress(), server.address().getPort());
        var tls =
            TlsTrust.insecure()
                .context()
                .getSocketFactory()
                .createSocket(new Ahead(socket, octets), "localhost", 443, true)) {
      var said = new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(said).endsWith(" 192.0.2.1:56324\r\n");
    }
  }
}
