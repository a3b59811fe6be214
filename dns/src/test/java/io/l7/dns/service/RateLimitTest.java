package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.AddressBits;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final RateLimit limit = new RateLimit(10);

  private static byte[] answer(String name, Rcode rcode) {
    Name owner = Name.parse(name);
    Message answer = Message.query(1, Question.of(owner, RRType.A)).with(Flag.QR).withRcode(rcode);
    if (rcode.equals(Rcode.NOERROR)) {
      var record = ResourceRecord.of(owner, RRType.A, 60, Rdata.of(new byte[] {1, 2, 3, 4}));
      answer = answer.withSections(List.of(record), List.of(), List.of());
    }
    return MessageWriter.write(answer);
  }

  private RateLimit.Decision count(String client, byte[] answer, long now) {
    InetAddress address = InetAddress.ofLiteral(client);
    return limit.count(
        AddressBits.upper(address), AddressBits.lower(address), answer, answer.length, now);
  }

  @Test
  void whatIsTooMuchForANetworkIsDroppedAndEverySecondSlipsTruncated() {
    var counts = new EnumMap<RateLimit.Decision, Integer>(RateLimit.Decision.class);
    byte[] answer = answer("www.example", Rcode.NOERROR);
    for (int i = 0; i < 110; i++) {
      counts.merge(count("192.0.2." + i, answer, 100), 1, Integer::sum);
    }
    assertThat(counts)
        .containsEntry(RateLimit.Decision.SEND, 10)
        .containsEntry(RateLimit.Decision.TRUNCATE, 50)
        .containsEntry(RateLimit.Decision.DROP, 50);
    assertThat(count("192.0.2.1", answer, 101)).isEqualTo(RateLimit.Decision.SEND);
    assertThat(count("192.0.3.1", answer, 100)).isEqualTo(RateLimit.Decision.SEND);
  }

  @Test
  void differentNamesAreDifferentAnswersButDenialsAreAllOne() {
    for (int i = 0; i < 100; i++) {
      byte[] positive = answer("host" + i + ".example", Rcode.NOERROR);
      assertThat(count("192.0.2.1", positive, 100)).isEqualTo(RateLimit.Decision.SEND);
    }
    int sent = 0;
    for (int i = 0; i < 100; i++) {
      byte[] denial = answer("none" + i + ".example", Rcode.NXDOMAIN);
      sent += count("2001:db8:0:1::" + i, denial, 100) == RateLimit.Decision.SEND ? 1 : 0;
    }
    assertThat(sent).isEqualTo(10);
  }

  @Test
  void aClientThatAsksTooMuchIsHeardNoMoreInThatSecond() {
    var clients = new ClientLimit(5);
    InetAddress one = InetAddress.ofLiteral("192.0.2.1");
    int heard = 0;
    for (int i = 0; i < 50; i++) {
      heard += clients.allows(AddressBits.upper(one), AddressBits.lower(one), 7) ? 1 : 0;
    }
    assertThat(heard).isEqualTo(5);
    assertThat(clients.allows(AddressBits.upper(one), AddressBits.lower(one), 8)).isTrue();
    InetAddress other = InetAddress.ofLiteral("192.0.2.2");
    assertThat(clients.allows(AddressBits.upper(other), AddressBits.lower(other), 7)).isTrue();
  }

  @Test
  void theMostSpecificPrefixDecides() {
    AccessList access =
        AccessList.loopback()
            .with(Prefix.parse("10.0.0.0/8"), AccessList.Access.ALLOWED)
            .with(Prefix.parse("10.1.0.0/16"), AccessList.Access.DROPPED)
            .with(Prefix.parse("2001:db8::/33"), AccessList.Access.ALLOWED)
            .with(Prefix.parse("::/0"), AccessList.Access.DROPPED);
    assertThat(access.of(InetAddress.ofLiteral("10.2.3.4"))).isEqualTo(AccessList.Access.ALLOWED);
    assertThat(access.of(InetAddress.ofLiteral("10.1.3.4"))).isEqualTo(AccessList.Access.DROPPED);
    assertThat(access.of(InetAddress.ofLiteral("11.1.3.4"))).isEqualTo(AccessList.Access.REFUSED);
    assertThat(access.of(InetAddress.ofLiteral("127.9.9.9")))
        .isEqualTo(AccessList.Access.ALLOWED_WITH_CACHE);
    assertThat(access.of(InetAddress.ofLiteral("::1")))
        .isEqualTo(AccessList.Access.ALLOWED_WITH_CACHE);
    assertThat(access.of(InetAddress.ofLiteral("2001:db8:7fff::1")))
        .isEqualTo(AccessList.Access.ALLOWED);
    assertThat(access.of(InetAddress.ofLiteral("2001:db8:8000::1")))
        .isEqualTo(AccessList.Access.DROPPED);
  }
}
