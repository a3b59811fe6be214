package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.spec.Spec;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.local.LocalData;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.ServiceConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions with forged senders, so that answers hit somebody else. */
@Timeout(60)
class ReflectionTest {
  private static final int SOURCES = 10_000;
  private static final int EACH = 2;

  /** A client in the midst of the victims' networks. */
  private static final InetSocketAddress CLIENT = new InetSocketAddress("198.18.3.250", 5353);

  private static final Message LARGE =
      Message.query(7, Question.of(Name.parse("large.example"), RRType.TXT))
          .with(Flag.RD)
          .withEdns(Edns.ofSize(4096));

  private static ServiceConfig open() {
    String text = ("\"" + "x".repeat(250) + "\" ").repeat(4);
    var record = RecordText.parseRecord("large.example. 60 TXT " + text, Name.ROOT, 60);
    return ServiceConfig.defaults()
        .withAccess(
            AccessList.loopback().with(Prefix.parse("198.18.0.0/15"), AccessList.Access.ALLOWED))
        .withLocal(LocalData.of(List.of(record), List.of()));
  }

  private static DnsServer start(SpoofedNetwork network, ServiceConfig config, RateLimit limit)
      throws Exception {
    // One second for all of it, so that no answer is due to the passing of time.
    InstantSource clock = InstantSource.fixed(InstantSource.system().instant());
    return DnsServer.builder()
        .listen(Endpoint.parse("192.0.2.53:53"))
        .network(network)
        .clock(clock)
        .service(config)
        .rateLimit(limit)
        .recursive(Resolver.builder().network(new MemoryNetwork()).build())
        .start();
  }

  private static InetSocketAddress source(int number) throws Exception {
    byte[] address = {(byte) 198, 18, (byte) (number / 240), (byte) (1 + number % 240)};
    return new InetSocketAddress(InetAddress.getByAddress(address), 1024 + number);
  }

  private static Message withCookie(byte[] cookie) {
    return LARGE.withEdns(Edns.ofSize(4096).withOption(new EdnsOption(EdnsOption.COOKIE, cookie)));
  }

  private static Message ask(SpoofedNetwork network, Message query) throws Exception {
    network.send(MessageWriter.write(query), CLIENT);
    return MessageReader.read(network.answer());
  }

  private static byte[] cookie(Message answer) {
    return answer.edns().orElseThrow().option(EdnsOption.COOKIE).orElseThrow().data();
  }

  @Test
  @Spec({"RFC 5358 §4", "RFC 7873 §6"})
  void tenThousandForgedSourcesGetLittleMoreThanTheySentAndACookieIsServedInFull()
      throws Exception {
    var network = new SpoofedNetwork(CLIENT);
    try (DnsServer _ = start(network, open(), new RateLimit(10))) {
      byte[] wire = MessageWriter.write(LARGE);
      byte[] cookie = cookie(ask(network, withCookie(new byte[8])));
      int served = 0;
      for (int i = 0; i < SOURCES * EACH; i++) {
        network.send(wire, source(i % SOURCES));
        if (i % 200 == 0) {
          Message answer = ask(network, withCookie(cookie).withId(i));
          assertThat(answer.id()).isEqualTo(i);
          assertThat(answer.answer()).as("answer %s to the client with a cookie", i).hasSize(1);
          served++;
        }
      }
      assertThat(ask(network, withCookie(cookie)).answer()).hasSize(1);
      assertThat(served).isEqualTo(SOURCES * EACH / 200);
      double ratio = (double) network.octetsOut() / network.octetsIn();
      System.out.printf("forged sources: %.2f octets out for one in%n", ratio);
      assertThat(ratio).isPositive().isLessThanOrEqualTo(1.5);
    }
  }

  @Test
  void whoMayNotAskIsNoReflectorEvenWithoutALimit() throws Exception {
    var network = new SpoofedNetwork(CLIENT);
    var config =
        open()
            .withAccess(
                AccessList.loopback()
                    .with(Prefix.parse("198.18.3.250/32"), AccessList.Access.ALLOWED));
    try (DnsServer _ = start(network, config, RateLimit.none())) {
      byte[] wire = MessageWriter.write(LARGE);
      for (int i = 0; i < 2_000; i++) {
        network.send(wire, source(i));
      }
      Message answer = ask(network, LARGE);
      assertThat(answer.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(answer.answer()).hasSize(1);
      assertThat((double) network.octetsOut() / network.octetsIn()).isLessThanOrEqualTo(1.5);
    }
  }
}
