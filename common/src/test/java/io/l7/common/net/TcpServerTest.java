package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TimedOut;
import io.l7.common.framing.WireReader;
import io.l7.common.framing.WireWriter;
import io.l7.common.spec.Spec;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpServerTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final Duration LONG = Duration.ofSeconds(20);

  enum Cover {
    PLAIN,
    TLS_1_2,
    TLS_1_3
  }

  /** A client of either kind: JSSE's own where a version of TLS must be forced. */
  private record Client(WireReader in, WireWriter out, Closeable socket) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Listener listener(Cover cover) {
    return cover == Cover.PLAIN
        ? Listener.tcp(ANY)
        : Listener.tls(ANY, TlsIdentity.selfSigned("localhost"));
  }

  private static Client dial(TcpServer server, Cover cover) throws IOException {
    if (cover == Cover.PLAIN) {
      var connection = Dialer.over(Network.real()).dial(server.address());
      return new Client(connection.in(), connection.out(), connection::close);
    }
    var version = cover == Cover.TLS_1_2 ? "TLSv1.2" : "TLSv1.3";
    var socket =
        (SSLSocket)
            TlsTrust.insecure()
                .context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    return new Client(
        new WireReader(socket.getInputStream()), new WireWriter(socket.getOutputStream()), socket);
  }

  /** The first of whose accepts ends by a fault of ours. */
  private record Faulty(Network.Acceptor acceptor, AtomicBoolean done) implements Network.Acceptor {
    @Override
    public Socket accept() throws IOException {
      if (done.compareAndSet(false, true)) throw new IllegalStateException("a fault of ours");
      return acceptor.accept();
    }

    @Override
    public InetSocketAddress address() {
      return acceptor.address();
    }

    @Override
    public void close() throws IOException {
      acceptor.close();
    }
  }

  @Test
  void aFaultOfOursInAcceptingIsNotTheEndOfAccepting() throws Exception {
    var memory = new MemoryNetwork();
    var faulty =
        new Network() {
          @Override
          public Acceptor listen(InetSocketAddress address) throws IOException {
            return new Faulty(memory.listen(address), new AtomicBoolean());
          }

          @Override
          public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
              throws IOException {
            return memory.connect(from, to, timeout);
          }

          @Override
          public List<DatagramPort> bind(InetSocketAddress address, int sockets)
              throws IOException {
            return memory.bind(address, sockets);
          }
        };
    try (var server =
            TcpServer.named("faulty")
                .listen(Listener.tcp(ANY))
                .network(faulty)
                .start(connection -> connection.out().latin1("hello\r\n"));
        var client = Dialer.over(memory).dial(server.address())) {
      client.deadline(LONG, "a greeting");
      assertThat(client.in().line(100, LineEnds.STRICT).orElseThrow().latin1()).isEqualTo("hello");
    }
  }

  private static void echo(Connection connection) throws IOException {
    try {
      while (connection.awaitInput()) {
        var line = connection.in().line(100, LineEnds.STRICT).orElseThrow().latin1();
        connection.out().line("said " + line);
      }
    } catch (Draining e) {
      connection.out().line("421 going");
    }
  }

  private static String ask(Client connection, String line) throws IOException {
    connection.out().line(line);
    connection.out().flush();
    return answer(connection);
  }

  private static String answer(Client connection) throws IOException {
    return connection.in().line(200, LineEnds.STRICT).orElseThrow().latin1();
  }

  @ParameterizedTest
  @EnumSource
  void aSessionAnswersLineByLine(Cover cover) throws Exception {
    try (var server = TcpServer.named("echo").listen(listener(cover)).start(TcpServerTest::echo);
        var client = dial(server, cover)) {
      assertThat(ask(client, "one")).isEqualTo("said one");
      assertThat(ask(client, "two")).isEqualTo("said two");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDrainLetsAnIdleSessionSayItsLastWords(Cover cover) throws Exception {
    try (var server = TcpServer.named("echo").listen(listener(cover)).start(TcpServerTest::echo);
        var client = dial(server, cover)) {
      ask(client, "one");
      var drained = CompletableFuture.runAsync(() -> server.drain(LONG));
      assertThat(answer(client)).isEqualTo("421 going");
      assertThat(client.in().read()).isEqualTo(-1);
      client.close();
      drained.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDrainLetsAMessageThatHasBegunBeReadToItsEnd(Cover cover) throws Exception {
    var begun = new CountDownLatch(1);
    try (var server =
            TcpServer.named("half")
                .listen(listener(cover))
                .start(
                    connection -> {
                      connection.awaitInput();
                      begun.countDown();
                      echo(connection);
                    });
        var client = dial(server, cover)) {
      client.out().latin1("ha");
      client.out().flush();
      begun.await();
      var drained = CompletableFuture.runAsync(() -> server.drain(LONG));
      assertThat(ask(client, "lf")).isEqualTo("said half");
      assertThat(answer(client)).isEqualTo("421 going");
      client.close();
      drained.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void whatIsLeftOfADeadlineMayBeSetAgainForEachOctet() throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    try (var server =
            TcpServer.named("pieces")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      long end = System.nanoTime() + 300_000_000;
                      try {
                        while (connection.in().fill() >= 0) {
                          connection.in().advance(connection.in().buffered());
                          connection.clearDeadline();
                          connection.deadline(
                              Duration.ofNanos(Math.max(1, end - System.nanoTime())), "pieces");
                        }
                      } catch (IOException e) {
                        outcome.complete(e);
                      }
                    });
        var client = dial(server, Cover.PLAIN)) {
      drip(client, outcome);
      assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(TimedOut.class);
    }
  }

  /** An octet every 20 ms, far more often than anyone looks at deadlines. */
  private static Thread drip(Client client, CompletableFuture<?> until) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!until.isDone()) {
                  client.out().write('x');
                  client.out().flush();
                  java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                }
              } catch (IOException e) {
                // the server has closed
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void aDeadlineCoversThePhaseHoweverOftenAnOctetComes(Cover cover) throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    try (var server =
            TcpServer.named("slow")
                .listen(listener(cover))
                .start(
                    connection -> {
                      connection.deadline(Duration.ofMillis(300), "head");
                      try {
                        connection.in().line(100, LineEnds.STRICT);
                      } catch (IOException e) {
                        outcome.complete(e);
                      }
                      connection.out().line("408 too slow");
                    });
        var client = dial(server, cover)) {
      var dripping = drip(client, outcome);
      assertThat(answer(client)).isEqualTo("408 too slow");
      assertThat(outcome.handle((r, e) -> r != null ? r : e).get())
          .isInstanceOf(TimedOut.class)
          .hasMessageContaining("head");
      dripping.join();
    }
  }

  @Test
  void aHandlerThatFailsCostsOneConnection() throws Exception {
    try (var server =
            TcpServer.named("fails")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      if (connection
                          .in()
                          .line(100, LineEnds.STRICT)
                          .orElseThrow()
                          .latin1()
                          .equals("bad")) {
                        throw new IllegalStateException("on purpose");
                      }
                      connection.out().line("fine");
                    });
        var bad = dial(server, Cover.PLAIN);
        var good = dial(server, Cover.PLAIN)) {
      bad.out().line("bad");
      bad.out().flush();
      assertThat(bad.in().read()).isEqualTo(-1);
      assertThat(ask(good, "good")).isEqualTo("fine");
    }
  }

  @Test
  void theLimitOfOneAddressClosesWhatIsOverItAndNoMore() throws Exception {
    var limits = ConnectionLimits.defaults().perAddress(2);
    try (var server =
            TcpServer.named("few")
                .listen(Listener.tcp(ANY))
                .limits(limits)
                .start(TcpServerTest::echo);
        var one = dial(server, Cover.PLAIN);
        var two = dial(server, Cover.PLAIN)) {
      ask(one, "1");
      ask(two, "2");
      try (var three = dial(server, Cover.PLAIN)) {
        assertThat(three.in().read()).isEqualTo(-1);
      }
      assertThat(ask(two, "still")).isEqualTo("said still");
    }
  }

  @Test
  void theAddressesOfOneIpv6SubscriberCountAsOne() throws Exception {
    var network = new MemoryNetwork();
    try (var server =
        TcpServer.named("few")
            .network(network)
            .listen(Listener.tcp(Endpoint.parse("[2001:db8::1]:25")))
            .limits(ConnectionLimits.defaults().perAddress(2))
            .start(TcpServerTest::echo)) {
      var from = new ArrayList<Connection>();
      for (var address : List.of("2001:db8:0:7::1", "2001:db8:0:7::2", "2001:db8:0:8::1"))
        from.add(Dialer.over(network).from(InetAddress.ofLiteral(address)).dial(server.address()));
      for (var client : from) {
        client.out().line("1");
        client.out().flush();
        assertThat(client.in().read()).isEqualTo('s');
      }
      try (var third =
          Dialer.over(network)
              .from(InetAddress.ofLiteral("2001:db8:0:7:ffff::3"))
              .dial(server.address())) {
        third.deadline(Duration.ofSeconds(5), "the end");
        assertThat(third.in().read()).isEqualTo(-1);
      }
      for (var client : from) client.close();
    }
  }

  @Test
  void aClosedServerLeavesNoThreadAndNoPort() throws Exception {
    var server = TcpServer.named("gone").listen(Listener.tcp(ANY)).start(TcpServerTest::echo);
    try (var client = dial(server, Cover.PLAIN)) {
      ask(client, "1");
      server.close();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("gone-"));
    assertThatThrownBy(() -> Dialer.over(Network.real()).dial(server.address()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void plaintextPipelinedBehindStartTlsIsRefused() throws Exception {
    var outcome = new CompletableFuture<Exception>();
    try (var server =
            TcpServer.named("starttls")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      connection.in().line(100, LineEnds.STRICT);
                      try {
                        connection.startTls(TlsIdentity.selfSigned("localhost"));
                        outcome.complete(new IOException("it was taken"));
                      } catch (IOException e) {
                        outcome.complete(e);
                      }
                    });
        var client = dial(server, Cover.PLAIN)) {
      client.out().latin1("STARTTLS\r\nMAIL FROM:<evil@example>\r\n");
      client.out().flush();
      assertThat(outcome.get(20, TimeUnit.SECONDS)).hasMessageContaining("plaintext");
    }
  }

  @Test
  void plaintextPipelinedBehindTheAnswerToStartTlsIsRefusedByTheClient() throws Exception {
    try (var server =
            TcpServer.named("starttls")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      connection.in().line(100, LineEnds.STRICT);
                      connection.out().latin1("220 go ahead\r\n250 OK, evil twin\r\n");
                      connection.out().flush();
                      connection.in().read();
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      client.out().line("STARTTLS");
      client.out().flush();
      client.in().line(100, LineEnds.STRICT);
      assertThat(client.in().peek()).isEqualTo('2');
      assertThatThrownBy(() -> client.startTls(TlsTrust.insecure(), "localhost"))
          .isInstanceOf(Malformed.class)
          .hasMessageContaining("plaintext");
    }
  }

  /** CVE-2011-1473: it costs us a hundred times what it costs them. */
  @Test
  @Spec("RFC 5246 §7.4.1.1")
  void noClientMayNegotiateAgain() throws Exception {
    var echo =
        TcpServer.named("echo")
            .listen(listener(Cover.TLS_1_2))
            .start(
                connection -> {
                  while (true) {
                    var line = connection.in().line(100, LineEnds.STRICT);
                    if (line.isEmpty()) return;
                    connection.out().line(line.get().latin1());
                    connection.out().flush();
                  }
                });
    try (echo;
        var socket =
            (SSLSocket)
                TlsTrust.insecure()
                    .context()
                    .getSocketFactory()
                    .createSocket(echo.address().getAddress(), echo.address().getPort())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      var in = new WireReader(socket.getInputStream());
      socket.getOutputStream().write("once\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(in.line(100, LineEnds.STRICT).orElseThrow().latin1()).isEqualTo("once");
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getOutputStream().write("twice\r\n".getBytes(StandardCharsets.US_ASCII));
                var _ = in.line(100, LineEnds.STRICT).orElseThrow(EOFException::new);
              })
          .isInstanceOf(IOException.class);
    }
  }
}
