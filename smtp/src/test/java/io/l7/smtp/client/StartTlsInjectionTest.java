package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StartTlsInjectionTest {
  @Test
  @Spec("RFC 3207 §4.2")
  void whatAServerSaysInTheClearBehindItsYesEndsTheSession() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> talk(server));
      var options =
          RelayOptions.of("crepes.fr", Dialer.over(Network.real()), MxResolver.implicit())
              .tls(TlsPolicy.REQUIRED, TlsTrust.insecure());
      var endpoint = new Endpoint("127.0.0.1", server.getLocalPort());
      assertThatThrownBy(() -> new Connector(options).open(endpoint))
          .isInstanceOf(TlsDemandException.class)
          .hasCauseInstanceOf(Malformed.class);
    }
  }

  private static void talk(ServerSocket server) {
    try (var socket = server.accept()) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      var out = socket.getOutputStream();
      for (var reply :
          new String[] {
            "220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"
          }) {
        out.write(reply.getBytes(StandardCharsets.US_ASCII));
        in.readLine();
      }
    } catch (IOException e) {
      // the client hung up, as it should
    }
  }
}
