package io.l7.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.Transport;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions over TCP and the connections they share. */
@Timeout(30)
class UpstreamStreamsTest {
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");
  private static final InetSocketAddress AT = new InetSocketAddress("127.0.0.1", 5301);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Network network = new MemoryNetwork();
  private final AtomicInteger accepted = new AtomicInteger();
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private Network.Acceptor acceptor;
  private NetworkUpstream upstream;

  /** What a server does with a connection. */
  private interface Behaviour {
    void serve(Peer peer) throws Exception;
  }

  /** The server's side of a connection. */
  private static final class Peer {
    final Socket socket;
    final DataInputStream in;
    final int number;

    Peer(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.number = number;
    }

    Message read() throws Exception {
      var wire = new byte[in.readUnsignedShort()];
      in.readFully(wire);
      return MessageReader.read(wire);
    }

    void answer(Message query) throws IOException {
      write(Message.responseTo(query, Rcode.NXDOMAIN));
    }

    void write(Message message) throws IOException {
      byte[] wire = MessageWriter.write(message);
      socket.getOutputStream().write(new byte[] {(byte) (wire.length >> 8), (byte) wire.length});
      socket.getOutputStream().write(wire);
      socket.getOutputStream().flush();
    }
  }

  @BeforeEach
  void listen() throws IOException {
    acceptor = network.listen(AT);
    upstream = new NetworkUpstream(network, UpstreamMap.none().with(SERVER, AT));
  }

  private void start(Behaviour behaviour) {
    start(UpstreamLimits.defaults(), behaviour);
  }

  private void start(UpstreamLimits limits, Behaviour behaviour) {
    upstream.close();
    upstream = new NetworkUpstream(network, UpstreamMap.none().with(SERVER, AT), limits);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  var peer = new Peer(acceptor.accept(), accepted.incrementAndGet());
                  Thread.ofVirtual().start(() -> serve(peer, behaviour));
                }
              } catch (IOException e) {
                ends.add("no more connections");
              }
            });
  }

  private void serve(Peer peer, Behaviour behaviour) {
    try (peer.socket) {
      behaviour.serve(peer);
    } catch (Exception e) {
      ends.add(e.getClass().getSimpleName());
    }
  }

  private static void answerAll(Peer peer) throws Exception {
    while (true) {
      peer.answer(peer.read());
    }
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
    acceptor.close();
  }

  private Exchange ask(int id, Duration patience) {
    Message query = Message.query(id, Question.of(Name.parse("n" + id), RRType.A));
    return upstream.exchange(SERVER, Transport.TCP, query, patience);
  }

  private CompletableFuture<Exchange> later(int id, Duration patience) {
    var outcome = new CompletableFuture<Exchange>();
    Thread.ofVirtual().start(() -> outcome.complete(ask(id, patience)));
    return outcome;
  }

  private static void assertAnswered(Exchange exchange, int id) {
    assertThat(exchange).isInstanceOf(Exchange.Answered.class);
    assertThat(((Exchange.Answered) exchange).response().id()).isEqualTo(id);
  }

  @Test
  @Spec("RFC 7766 §6.2.1")
  void questionsToOneServerShareOneConnection() throws Exception {
    start(UpstreamStreamsTest::answerAll);
    for (int id = 0; id < 30; id++) {
      assertAnswered(ask(id, PATIENCE), id);
    }
    assertThat(accepted.get()).isEqualTo(1);
    assertThat(upstream.connections()).isEqualTo(1);
    assertThat(upstream.openConnections()).isEqualTo(1);
  }

  /** The network, whose first connections fail in a way that nobody declared. */
  private Network failingOnce() {
    var failures = new AtomicInteger(1);
    return new Network() {
      @Override
      public Acceptor listen(InetSocketAddress address) throws IOException {
        return network.listen(address);
      }

      @Override
      public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
          throws IOException {
        if (failures.getAndDecrement() > 0) {
          throw new IllegalStateException("out of something");
        }
        return network.connect(from, to, timeout);
      }

      @Override
      public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
        return network.bind(address, sockets);
      }
    };
  }

  @Test
  void aConnectionThatNobodyMadeIsNotWaitedForByLaterQuestions() {
    start(UpstreamStreamsTest::answerAll);
    upstream.close();
    upstream = new NetworkUpstream(failingOnce(), UpstreamMap.none().with(SERVER, AT));
    assertThatThrownBy(() -> ask(1, PATIENCE)).isInstanceOf(IllegalStateException.class);
    assertAnswered(ask(2, PATIENCE), 2);
  }

  @Test
  @Spec({"RFC 7766 §6.2.1.1", "RFC 7766 §7"})
  void manyAreInFlightAtOnceAndAnswersComeInAnyOrder() throws Exception {
    int together = 40;
    start(
        peer -> {
          var queries = new ArrayList<Message>();
          for (int i = 0; i < together; i++) {
            queries.add(peer.read());
          }
          for (Message query : queries.reversed()) {
            peer.answer(query);
          }
          answerAll(peer);
        });
    var outcomes = new ArrayList<CompletableFuture<Exchange>>();
    for (int id = 0; id < together; id++) {
      outcomes.add(later(id, PATIENCE));
    }
    for (int id = 0; id < together; id++) {
      assertAnswered(outcomes.get(id).get(), id);
    }
    assertThat(accepted.get()).isEqualTo(1);
  }

  @Test
  @Spec("RFC 7766 §6.2.4")
  void aKeptConnectionThatDiedIsReplacedWithoutTheQuestionFailing() throws Exception {
    start(
        peer -> {
          peer.answer(peer.read());
          if (peer.number == 1) {
            peer.read(); // and closes instead of an answer
          } else {
            answerAll(peer);
          }
        });
    for (int id = 0; id < 5; id++) {
      assertAnswered(ask(id, PATIENCE), id);
    }
    assertThat(accepted.get()).isEqualTo(2);
  }

  @Test
  void aServerThatOnlyClosesIsAskedNoMoreThanTwice() throws Exception {
    start(Peer::read);
    assertThat(ask(1, PATIENCE)).isInstanceOf(Exchange.Failed.class);
    assertThat(ask(2, PATIENCE)).isInstanceOf(Exchange.Failed.class);
    assertThat(accepted.get()).isLessThanOrEqualTo(4);
    assertThat(upstream.openConnections()).isZero();
  }

  @Test
  @Spec("RFC 7766 §6.2.3")
  void anIdleConnectionIsClosed() throws Exception {
    start(
        UpstreamLimits.defaults().withKeepFor(Duration.ofMillis(30)),
        UpstreamStreamsTest::answerAll);
    assertAnswered(ask(1, PATIENCE), 1);
    assertThat(ends.poll(10, TimeUnit.SECONDS)).as("what the server saw").contains("EOF");
    assertAnswered(ask(2, PATIENCE), 2);
    assertThat(accepted.get()).isEqualTo(2);
  }

  @Test
  void aConnectionOnWhichAServerFellSilentIsLeftOnceTheOthersHaveTheirAnswers() throws Exception {
    start(
        peer -> {
          while (true) {
            Message query = peer.read();
            if (query.id() != 1) {
              peer.answer(query);
            }
          }
        });
    assertAnswered(ask(0, PATIENCE), 0);
    assertThat(ask(1, Duration.ofMillis(50))).isInstanceOf(Exchange.TimedOut.class);
    assertThat(upstream.openConnections()).isLessThanOrEqualTo(1);
    assertAnswered(ask(2, PATIENCE), 2);
    assertThat(accepted.get()).isEqualTo(2);
    assertThat(ends.poll(10, TimeUnit.SECONDS)).as("the first connection").contains("EOF");
  }

  @Test
  void anAnswerToAnotherQuestionIsNotTaken() throws Exception {
    start(
        peer -> {
          Message query = peer.read();
          var other = Question.of(Name.parse("other"), RRType.A);
          peer.write(Message.responseTo(query, Rcode.NXDOMAIN).withId(query.id() ^ 1));
          peer.write(Message.responseTo(query, Rcode.NXDOMAIN).withQuestions(List.of(other)));
          answerAll(peer);
        });
    assertThat(ask(7, PATIENCE)).isInstanceOf(Exchange.Garbled.class);
  }

  @Test
  void whatIsOverTheBoundsGoesOverAConnectionOfItsOwn() throws Exception {
    start(
        UpstreamLimits.defaults().withQuestionsInFlight(1).withConnections(1),
        peer -> {
          Message query = peer.read();
          if (peer.number == 1) {
            peer.read(); // the first is held until the connection ends
          }
          peer.answer(query);
          answerAll(peer);
        });
    CompletableFuture<Exchange> held = later(1, Duration.ofMillis(500));
    while (accepted.get() == 0) {
      Thread.onSpinWait();
    }
    for (int id = 2; id < 5; id++) {
      assertAnswered(ask(id, PATIENCE), id);
    }
    assertThat(accepted.get()).isEqualTo(4);
    assertThat(held.get()).isInstanceOf(Exchange.TimedOut.class);
    assertThat(upstream.openConnections()).isLessThanOrEqualTo(1);
  }
}
