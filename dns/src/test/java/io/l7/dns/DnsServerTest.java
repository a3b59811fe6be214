package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.service.ServiceLimits;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients see of a resolver, over the machine's own sockets. */
@Timeout(60)
class DnsServerTest extends ForwardingStage {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  private final Metrics metrics = new Metrics();
  private DnsServer server;
  private TlsIdentity identity;

  @BeforeEach
  void start() throws Exception {
    identity = TlsIdentity.selfSigned("localhost", "127.0.0.1");
    server =
        DnsServer.builder()
            .listen(ANY)
            .dot(ANY, identity)
            .doh(ANY, identity)
            .limits(ServiceLimits.defaults().withMessage(Duration.ofMillis(300)))
            .metrics(metrics)
            .recursive(resolver)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Message ask(Message query) throws Exception {
    try (var client = new Questions.Client(server.address())) {
      return client.ask(query);
    }
  }

  private static Message read(Connection connection) throws Exception {
    return MessageReader.read(connection.in().frame16().orElseThrow());
  }

  private static void write(Connection connection, Message query) throws IOException {
    byte[] wire = MessageWriter.write(query);
    connection.out().frame16(wire, 0, wire.length);
  }

  @Test
  void aServerThatStopsAcceptsNowhereAndStillAnswersWhatWasAsked() throws Exception {
    try (var client = new Questions.Client(server.address());
        Connection stream = Dialer.over(Network.real()).dial(server.address())) {
      write(stream, Questions.query("slow-stream.example", RRType.A, 1));
      stream.out().flush();
      client.send(MessageWriter.write(Questions.query("slow-datagram.example", RRType.A, 2)));
      while (upstream.waiting() < 2) {
        Thread.onSpinWait();
      }

      var stopping = Thread.ofVirtual().start(() -> server.drain(Duration.ofSeconds(30)));
      awaitRefusal(server.address());
      awaitRefusal(server.dotAddresses().getFirst());
      awaitRefusal(server.dohAddresses().getFirst());
      assertThat(stopping.isAlive()).isTrue();
      upstream.release();

      assertThat(MessageReader.read(client.next(10_000).orElseThrow()).id()).isEqualTo(2);
      assertThat(read(stream).id()).isEqualTo(1);
      assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static void awaitRefusal(InetSocketAddress address) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (System.nanoTime() < end) {
      try (var socket = new Socket()) {
        socket.connect(address);
      } catch (IOException e) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(address + " goes on accepting");
  }

  @Test
  @Spec("RFC 7766 §6.2.1.1")
  void answersOfOneConnectionComeAsTheyAreReady() throws Exception {
    for (int id = 2; id < 40; id++) { // cached, so that they are ready before the slow one gives up
      assertThat(ask(Questions.query("quick" + id + ".example", RRType.A, id)).answer()).hasSize(1);
    }
    try (Connection connection = Dialer.over(Network.real()).dial(server.address())) {
      write(connection, Questions.query("slow.example", RRType.A, 1));
      for (int id = 2; id < 40; id++) {
        write(connection, Questions.query("quick" + id + ".example", RRType.A, id));
      }
      connection.out().flush();
      var order = new ArrayList<Integer>();
      for (int i = 2; i < 40; i++) {
        order.add(read(connection).id());
      }
      assertThat(order).hasSize(38).doesNotContain(1).doesNotHaveDuplicates();
      upstream.release();
      assertThat(read(connection).id()).isEqualTo(1);
    }
  }

  @Test
  @Spec({"RFC 7858 §3.3", "RFC 8467 §4.1"})
  void dnsOverTlsAnswersAndPads() throws Exception {
    try (Connection connection =
        Dialer.over(Network.real()).dial(server.dotAddresses().getFirst())) {
      connection.startTls(TlsTrust.of(identity.certificates()), "localhost");
      var edns =
          Edns.ofSize(1232)
              .withOption(new EdnsOption(EdnsOption.PADDING, new byte[3]))
              .withOption(new EdnsOption(EdnsOption.TCP_KEEPALIVE, new byte[0]));
      for (int i = 0; i < 3; i++) {
        write(connection, Questions.query("www.example", RRType.A, i).withEdns(edns));
        connection.out().flush();
        byte[] wire = connection.in().frame16().orElseThrow();
        assertThat(wire.length % 468).isZero();
        Message answer = MessageReader.read(wire);
        assertThat(answer.answer()).hasSize(1);
        assertThat(
                answer.edns().orElseThrow().option(EdnsOption.TCP_KEEPALIVE).orElseThrow().data())
            .containsExactly(0, 100);
      }
    }
  }

  @Test
  @Spec("RFC 8484 §4.1")
  void dnsOverHttpsAnswersGetAndPost() throws Exception {
    byte[] query = MessageWriter.write(Questions.query("www.example", RRType.A, 0));
    var address = server.dohAddresses().getFirst();
    String url = "https://127.0.0.1:" + address.getPort() + "/dns-query";
    String type = "application/dns-message";
    try (var client = HttpClient.builder().trust(TlsTrust.of(identity.certificates())).build()) {
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(query);
      var get = client.send(Request.get(url + "?dns=" + text));
      var post =
          client.send(
              Request.of(Method.POST, URI.create(url))
                  .with("content-type", type)
                  .withBody(Body.of(query)));
      for (Response response : List.of(get, post)) {
        assertThat(response.status()).isEqualTo(Status.OK);
        assertThat(response.field("content-type")).contains(type);
        assertThat(response.field("cache-control").orElse("")).matches("max-age=(5\\d|60)");
        Message answer = MessageReader.read(response.body().bytes(65_535));
        assertThat(answer.answer()).hasSize(1);
      }
      var wrong =
          client.send(
              Request.of(Method.POST, URI.create(url))
                  .with("content-type", "text/plain")
                  .withBody(Body.of(query)));
      assertThat(wrong.status()).isEqualTo(Status.UNSUPPORTED_MEDIA_TYPE);
      assertThat(client.send(Request.get(url + "?dns=!!")).status()).isEqualTo(Status.BAD_REQUEST);
    }
  }

  @Test
  void brokenDatagramsAreAnsweredWithFormerrOrNotAndOthersGoOn() throws Exception {
    var random = Seeded.random("brokenDatagrams");
    byte[] good = MessageWriter.write(Questions.query("www.example", RRType.A, 7));
    try (var client = new Questions.Client(server.address())) {
      for (int i = 0; i < 3_000; i++) {
        byte[] wire = Arrays.copyOf(good, random.nextInt(good.length + 8));
        for (int flips = random.nextInt(4); flips >= 0 && wire.length > 0; flips--) {
          wire[random.nextInt(wire.length)] = (byte) random.nextInt();
        }
        client.send(wire);
      }
      client.send(MessageWriter.write(Questions.query("last.example", RRType.A, 4711)));
      while (true) {
        byte[] answer = client.next(10_000).orElseThrow();
        assertThat(answer.length).isGreaterThanOrEqualTo(12).isLessThanOrEqualTo(1232);
        assertThat(answer[2] & 0x80).as("a response").isEqualTo(0x80);
        if (isLast(answer)) {
          break;
        }
      }
    }
    assertThat(ask(Questions.query("www.example", RRType.A, 1)).answer()).hasSize(1);
  }

  private static boolean isLast(byte[] wire) {
    try {
      Message answer = MessageReader.read(wire);
      return answer.id() == 4711
          && answer.question().isPresent()
          && answer.question().get().name().equals(Name.parse("last.example"));
    } catch (io.l7.dns.message.MalformedMessageException e) {
      throw new AssertionError("an answer that cannot be read", e);
    }
  }

  @Test
  void brokenStreamsEndAloneAndSlowOnesAreClosed() throws Exception {
    var slow = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 150; i++) {
        Connection connection = Dialer.over(Network.real()).dial(server.address());
        connection.out().write(i % 3 == 0 ? new byte[] {0} : new byte[] {0, 40, 1, 2, 3});
        connection.out().flush();
        slow.add(connection);
      }
      try (Connection garbage = Dialer.over(Network.real()).dial(server.address())) {
        garbage.out().frame16(new byte[] {1, 2, 3}, 0, 3);
        garbage.out().frame16(new byte[40], 0, 40);
        write(garbage, Questions.query("www.example", RRType.A, 9));
        garbage.out().flush();
        Message first = read(garbage);
        assertThat(first.rcode()).isEqualTo(Rcode.FORMERR);
        assertThat(read(garbage).id()).isEqualTo(9);
      }
      long start = System.nanoTime();
      assertThat(ask(Questions.query("other.example", RRType.A, 1)).answer()).hasSize(1);
      assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(2).toNanos());
      for (Connection connection : slow) {
        assertThat(connection.in().read()).as("closed by the server").isEqualTo(-1);
      }
    } finally {
      slow.forEach(Connection::close);
    }
  }

  @Test
  @Spec({"RFC 6891 §6.1.3", "RFC 8906 §3.1"})
  void oddQueriesGetTheAnswersOfTheStandards() throws Exception {
    Message plain = Questions.query("www.example", RRType.A, 5);
    Message badVersion = ask(plain.withEdns(new Edns(1232, 1, 0, List.of())));
    assertThat(badVersion.rcode()).isEqualTo(Rcode.BADVERS);
    assertThat(badVersion.edns().orElseThrow().version()).isZero();
    var unknown = new EdnsOption(65_001, new byte[] {1});
    Message ignored = ask(plain.withEdns(new Edns(1232, 0, 0x7fff, List.of(unknown))));
    assertThat(ignored.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(ignored.edns().orElseThrow().flags()).isZero();
    assertThat(ignored.edns().orElseThrow().options()).isEmpty();
    assertThat(ask(plain.withoutEdns()).edns()).isEmpty();
    assertThat(ask(plain.withOpcode(new Opcode(15))).rcode()).isEqualTo(Rcode.NOTIMP);
    assertThat(ask(plain.withQuestions(List.of())).rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(ask(Questions.query("www.example", new RRType(666), 5)).rcode())
        .isEqualTo(Rcode.NOERROR);
    try (var client = new Questions.Client(server.address())) {
      client.send(MessageWriter.write(plain.with(Flag.QR)));
      assertThat(client.next(100)).as("a response is never answered").isEmpty();
    }
  }

  @Test
  @Spec("RFC 7873 §5.2")
  void aCookieIsGivenAndKnownAgain() throws Exception {
    Message plain = Questions.query("www.example", RRType.A, 5);
    byte[] mine = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] cookie = cookie(ask(withCookie(plain, mine)));
    assertThat(cookie).hasSize(24).startsWith(mine);
    assertThat(cookie(ask(withCookie(plain, cookie)))).startsWith(mine);
    assertThat(ask(withCookie(plain, new byte[] {1, 2, 3})).rcode()).isEqualTo(Rcode.FORMERR);
  }

  @Test
  @Spec("RFC 7873 §5.2")
  void anAnswerOutOfTheCacheBearsTheClientsCookieToo() throws Exception {
    Message plain = Questions.query("www.example", RRType.A, 5);
    byte[] mine = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] first = cookie(ask(withCookie(plain, mine)));
    long before = hits();
    byte[] cookie = first;
    for (int i = 1; i <= 20; i++) {
      Message answer = ask(withCookie(plain.withId(i), cookie));
      assertThat(answer.id()).isEqualTo(i);
      assertThat(answer.answer()).hasSize(1);
      cookie = cookie(answer);
      assertThat(cookie).hasSize(24).startsWith(mine);
    }
    assertThat(ask(plain).edns().orElseThrow().options()).isEmpty();
    assertThat(hits() - before).isEqualTo(21);
    assertThat(metrics.counter("l7_dns_good_cookies_total", "").value()).isEqualTo(20);
  }

  private long hits() {
    return metrics.counter("l7_dns_resolved_total", "", "source", "packet").value();
  }

  private static Message withCookie(Message query, byte[] cookie) {
    return query.withEdns(Edns.ofSize(1232).withOption(new EdnsOption(EdnsOption.COOKIE, cookie)));
  }

  private static byte[] cookie(Message answer) {
    return answer.edns().orElseThrow().option(EdnsOption.COOKIE).orElseThrow().data();
  }

  @Test
  void aPortThatIsFreeForTcpAloneIsNotTakenWhereAnyWillDo() throws Exception {
    var taken = new AtomicInteger();
    var network =
        new Network() {
          private final Network real = Network.channels();

          @Override
          public Acceptor listen(InetSocketAddress address) throws IOException {
            return real.listen(address);
          }

          @Override
          public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
              throws IOException {
            return real.connect(from, to, timeout);
          }

          @Override
          public List<DatagramPort> bind(InetSocketAddress address, int sockets)
              throws IOException {
            if (taken.incrementAndGet() < 3) {
              throw new BindException("taken");
            }
            return real.bind(address, sockets);
          }
        };
    try (DnsServer other = DnsServer.builder().network(network).listen(ANY).start()) {
      assertThat(other.address().getPort()).isPositive();
      assertThat(taken.get()).isEqualTo(3);
      Endpoint same = Endpoint.of(other.address());
      assertThatThrownBy(() -> DnsServer.builder().listen(same).start())
          .isInstanceOf(IOException.class);
    }
  }
}
