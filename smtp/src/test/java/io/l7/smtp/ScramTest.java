package io.l7.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.auth.ChannelBinding;
import io.l7.smtp.auth.ScramClient;
import io.l7.smtp.auth.ScramClient.Flag;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RefusedException;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.session.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM with channel binding under both versions of TLS, and who takes PLUS off the list. */
class ScramTest {
  private static final byte[] NONCE = "fyko+d2lbbFgONRv9qkxdawL".getBytes(UTF_8);

  @TempDir private Path folder;
  private ServerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ServerFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** A conversation under this version of TLS, up to the reply to EHLO. */
  private Greeted greet(String version) throws IOException {
    var talk = fixture.talk(Role.TRANSFER);
    talk.say("EHLO crepes.fr");
    talk.say("STARTTLS");
    var tls = TlsTrust.insecure().clientSocket(talk.socket(), "localhost", talk.socket().getPort());
    tls.setSoTimeout(10_000);
    tls.setEnabledProtocols(new String[] {version});
    tls.startHandshake();
    talk.over(tls);
    var offer = talk.say("EHLO crepes.fr");
    return new Greeted(talk, offer, ChannelBinding.ofClient(Optional.of(tls.getSession())));
  }

  private record Greeted(Talk talk, String offer, List<ChannelBinding> bindings)
      implements AutoCloseable {

    /** Runs SCRAM as alice with this flag; the last reply. */
    String login(String mechanism, Flag flag) throws Exception {
      var client = new ScramClient("alice", "wonderland".toCharArray(), NONCE, flag);
      var first = talk.say("AUTH " + mechanism + " " + base64(client.first()));
      if (!first.startsWith("334 ")) {
        return first;
      }
      var last = talk.say(base64(client.answer(Base64.getDecoder().decode(first.substring(4)))));
      if (!last.startsWith("334 ")) {
        return last;
      }
      client.verify(Base64.getDecoder().decode(last.substring(4)));
      return talk.say("");
    }

    private static String base64(byte[] octets) {
      return Base64.getEncoder().encodeToString(octets);
    }

    @Override
    public void close() throws IOException {
      talk.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, tls-exporter",
    "TLSv1.3, tls-server-end-point",
    "TLSv1.2, tls-server-end-point"
  })
  @Spec({"RFC 5929 §4", "RFC 9266 §2"})
  void plusIsBoundToTheConnection(String version, String type) throws Exception {
    try (var session = greet(version)) {
      assertThat(session.offer()).contains("SCRAM-SHA-256-PLUS SCRAM-SHA-256");
      var binding =
          session.bindings().stream().filter(b -> b.type().toString().equals(type)).findFirst();
      assertThat(session.login("SCRAM-SHA-256-PLUS", new Flag.Bound(binding.orElseThrow())))
          .startsWith("235 2.7.0");
    }
  }

  @Test
  @Spec("RFC 9266 §3")
  void theExporterBindsNothingBeforeTls13() throws Exception {
    try (var session = greet("TLSv1.2")) {
      assertThat(session.bindings())
          .extracting(ChannelBinding::type)
          .containsExactly(ChannelBinding.Type.TLS_SERVER_END_POINT);
      var exporter = new ChannelBinding(ChannelBinding.Type.TLS_EXPORTER, new byte[32]);
      assertThat(session.login("SCRAM-SHA-256-PLUS", new Flag.Bound(exporter)))
          .startsWith("501 5.5.2 no such channel binding");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  @Spec("RFC 5802 §6")
  void whoseConnectionEndsElsewhereIsDenied(String version) throws Exception {
    try (var session = greet(version)) {
      var theirs = session.bindings().getFirst();
      var between = new ChannelBinding(theirs.type(), new byte[theirs.data().length]);
      assertThat(session.login("SCRAM-SHA-256-PLUS", new Flag.Bound(between))).startsWith("535 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  @Spec("RFC 5802 §6")
  void aClientThatWasShownNoPlusIsDeniedWherePlusWasOffered(String version) throws Exception {
    try (var session = greet(version)) {
      assertThat(session.login("SCRAM-SHA-256", new Flag.NotOffered())).startsWith("535 ");
      assertThat(session.login("SCRAM-SHA-256", new Flag.Unable())).startsWith("235 ");
    }
  }

  /** What our client says first, to a server that offers these mechanisms under this TLS. */
  private static String firstOfOurClient(String version, String mechanisms) throws Exception {
    var heard = new CopyOnWriteArrayList<String>();
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var server = Thread.ofVirtual().start(() -> refuse(listener, version, mechanisms, heard));
      var options =
          RelayOptions.of("crepes.fr", Dialer.over(Network.real()), MxResolver.implicit())
              .tls(TlsPolicy.REQUIRED, TlsTrust.insecure())
              .credentials(new Credentials("alice", "wonderland"));
      var endpoint = new Endpoint("127.0.0.1", listener.getLocalPort());
      assertThatThrownBy(() -> new Connector(options).open(endpoint))
          .isInstanceOf(RefusedException.class);
      server.join();
    }
    var auth = heard.stream().filter(l -> l.startsWith("AUTH ")).findFirst().orElseThrow();
    var parts = auth.split(" ", -1);
    return parts[1] + " " + new String(Base64.getDecoder().decode(parts[2]), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, SCRAM-SHA-256-PLUS SCRAM-SHA-256, 'SCRAM-SHA-256-PLUS p=tls-exporter,,n=alice,'",
    "TLSv1.2, SCRAM-SHA-256-PLUS PLAIN, 'SCRAM-SHA-256-PLUS p=tls-server-end-point,,n=alice,'",
    "TLSv1.3, SCRAM-SHA-256 PLAIN, 'SCRAM-SHA-256 y,,n=alice,'",
    "TLSv1.2, PLAIN SCRAM-SHA-256, 'SCRAM-SHA-256 y,,n=alice,'"
  })
  @Spec("RFC 5802 §6")
  void ourClientBindsWhereItCanAndSaysSoWhereItIsNotLet(
      String version, String mechanisms, String first) throws Exception {
    assertThat(firstOfOurClient(version, mechanisms)).startsWith(first);
  }

  /** A server that refuses whoever logs in. */
  private static void refuse(
      ServerSocket listener, String version, String mechanisms, List<String> heard) {
    try (var plain = listener.accept()) {
      say(plain.getOutputStream(), "220 hamburger.edu");
      converse(plain, heard, "250-hamburger.edu\r\n250 STARTTLS", "220 go");
      var tls = TlsIdentity.selfSigned("localhost").serverSocket(plain);
      tls.setEnabledProtocols(new String[] {version});
      converse(tls, heard, "250-hamburger.edu\r\n250 AUTH " + mechanisms, "535 no", "221 bye");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void converse(Socket socket, List<String> heard, String... replies)
      throws IOException {
    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    for (var reply : replies) {
      heard.add(String.valueOf(in.readLine()));
      say(socket.getOutputStream(), reply);
    }
  }

  private static void say(OutputStream out, String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(UTF_8));
    out.flush();
  }
}
