package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
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
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketCacheTest {
  private final PacketCache cache = new PacketCache(64, 7);
  private final byte[] out = new byte[1232];

  private static Message query(String name, int id) {
    return Message.query(id, Question.of(Name.parse(name), RRType.A))
        .with(Flag.RD)
        .withEdns(Edns.ofSize(1232));
  }

  private void keep(String name) {
    Message query = query(name, 1);
    var record =
        ResourceRecord.of(Name.parse(name), RRType.A, 300, Rdata.of(new byte[] {1, 2, 3, 4}));
    Message answer =
        Message.responseTo(query, Rcode.NOERROR)
            .with(Flag.RA)
            .withSections(List.of(record), List.of(), List.of())
            .withEdns(Edns.ofSize(1232));
    byte[] wire = MessageWriter.write(query);
    cache.keep(wire, wire.length, MessageWriter.write(answer), 1000, 270);
  }

  private int hit(Message query, long now) {
    byte[] wire = MessageWriter.write(query);
    return cache.answer(wire, wire.length, out, now);
  }

  @Test
  void aHitHasTheAskersIdAndLettersAndATimeToLiveCountedDown() throws Exception {
    keep("www.example.com");
    int octets = PacketCache.octets(hit(query("WWW.eXample.com", 77), 1100));
    Message answer = MessageReader.read(Arrays.copyOf(out, octets));
    assertThat(answer.id()).isEqualTo(77);
    assertThat(answer.questions().getFirst().name().equalsExactly(Name.parse("WWW.eXample.com")))
        .isTrue();
    assertThat(answer.answer().getFirst().ttl()).isEqualTo(200);
  }

  @Test
  void otherFlagsTypesAndTimesMiss() {
    keep("www.example.com");
    assertThat(hit(query("www.example.com", 1), 1270)).isZero();
    assertThat(hit(query("www.example.org", 1), 1001)).isZero();
    assertThat(hit(query("www.example.com", 1).with(Flag.CD), 1001)).isZero();
    assertThat(hit(query("www.example.com", 1).withEdns(Edns.ofSize(1232).withDnssecOk()), 1001))
        .isZero();
    assertThat(hit(query("www.example.com", 1).without(Flag.RD), 1001)).isZero();
    assertThat(hit(query("www.example.com", 1), 1001)).isPositive();
  }

  @Test
  void typesWhoseNumbersDifferLikeLettersAreDifferent() {
    keep("www.example.com"); // type 1
    Message https = query("www.example.com", 1).withQuestions(List.of(question(65)));
    byte[] wire = MessageWriter.write(https);
    cache.keep(wire, wire.length, MessageWriter.write(https.with(Flag.QR)), 1000, 270);
    assertThat(hit(https, 1001)).isPositive();
    assertThat(hit(https.withQuestions(List.of(question(97))), 1001)).isZero();
  }

  private static Question question(int type) {
    return Question.of(Name.parse("www.example.com"), new RRType(type));
  }

  @Test
  void lettersAndNothingElseAreMadeSmall() {
    for (int octet = 0; octet < 256; octet++) {
      long all = octet * 0x0101_0101_0101_0101L;
      long small = (Name.lower((byte) octet) & 0xff) * 0x0101_0101_0101_0101L;
      assertThat(PlainQuery.lower(all)).as("octet %s", octet).isEqualTo(small);
    }
  }

  @Test
  void namesOfEveryLengthAreFoundInAnyLettersAndOthersAreNot() {
    var name = new StringBuilder("a");
    for (int length = 1; length < 60; length++) {
      keep(name.toString());
      String large = name.toString().toUpperCase(java.util.Locale.ROOT);
      assertThat(hit(query(large, 3), 1001)).as(large).isPositive();
      String other = large.substring(0, length - 1) + "-";
      assertThat(hit(query(other, 3), 1001)).as(other).isZero();
      name.append(length % 9 == 8 ? ".x" : "y");
      length = name.length() - 1;
    }
  }

  @Test
  void whatIsFlushedIsGone() {
    keep("www.example.com");
    keep("www.example.org");
    Name com = Name.parse("com");
    assertThat(cache.flush(m -> m.questions().getFirst().name().isSubdomainOf(com))).isEqualTo(1);
    assertThat(hit(query("www.example.com", 1), 1001)).isZero();
    assertThat(hit(query("www.example.org", 1), 1001)).isPositive();
  }

  @Test
  void aHitAllocatesNothing() {
    keep("www.example.com");
    byte[] wire = MessageWriter.write(query("www.example.com", 5));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().threadId();
    int octets = 0;
    long before = 0;
    for (int i = 0; i < 40_000; i++) {
      if (i == 20_000) {
        before = threads.getThreadAllocatedBytes(id);
      }
      octets += cache.answer(wire, wire.length, out, 1001);
    }
    long allocated = threads.getThreadAllocatedBytes(id) - before;
    assertThat(octets).isPositive();
    assertThat(allocated).isLessThan(20_000);
  }

  private static Message withOptions(EdnsOption... options) {
    Edns edns = Edns.ofSize(1232);
    for (EdnsOption option : options) {
      edns = edns.withOption(option);
    }
    return query("www.example.com", 5).withEdns(edns);
  }

  @Test
  @Spec({"RFC 7830 §6", "RFC 6891 §6.1.2"})
  void optionsThatDoNotChangeTheAnswerDoNotKeepAQueryFromIt() throws Exception {
    keep("www.example.com");
    Message query =
        withOptions(
            new EdnsOption(EdnsOption.PADDING, new byte[40]),
            new EdnsOption(EdnsOption.NSID, new byte[0]),
            new EdnsOption(65_001, new byte[] {1, 2}));
    int hit = hit(query, 1001);
    assertThat(PacketCache.cookieAt(hit)).isZero();
    Message answer = MessageReader.read(Arrays.copyOf(out, PacketCache.octets(hit)));
    assertThat(answer.answer()).hasSize(1);
    assertThat(answer.edns().orElseThrow().options()).isEmpty();
  }

  @Test
  @Spec("RFC 7873 §5.2")
  void aCookieHasItsPlaceAtTheEndOfTheAnswer() throws Exception {
    keep("www.example.com");
    byte[] client = {1, 2, 3, 4, 5, 6, 7, 8};
    Message query =
        withOptions(
            new EdnsOption(EdnsOption.PADDING, new byte[3]),
            new EdnsOption(EdnsOption.COOKIE, client));
    byte[] wire = MessageWriter.write(query);
    int hit = cache.answer(wire, wire.length, out, 1001);
    int at = PacketCache.cookieAt(hit);
    assertThat(Arrays.copyOfRange(wire, at, at + 8)).isEqualTo(client);
    int octets = PacketCache.octets(hit);
    Arrays.fill(out, octets - Cookies.OCTETS, octets, (byte) 7);
    EdnsOption option =
        MessageReader.read(Arrays.copyOf(out, octets))
            .edns()
            .orElseThrow()
            .option(EdnsOption.COOKIE)
            .orElseThrow();
    assertThat(option.data()).hasSize(24).containsOnly(7);
  }

  @Test
  @Spec("RFC 7873 §5.2.2")
  void malformedOptionsAndCookiesTakeTheLongWay() {
    keep("www.example.com");
    for (int length = 0; length < 48; length++) {
      boolean right = length == 8 || (length >= 16 && length <= 40);
      Message query = withOptions(new EdnsOption(EdnsOption.COOKIE, new byte[length]));
      assertThat(hit(query, 1001) > 0).as("a cookie of %s octets", length).isEqualTo(right);
    }
    EdnsOption cookie = new EdnsOption(EdnsOption.COOKIE, new byte[8]);
    assertThat(hit(withOptions(cookie, cookie), 1001)).as("two cookies").isZero();
    byte[] wire = MessageWriter.write(withOptions(new EdnsOption(EdnsOption.PADDING, new byte[6])));
    wire[wire.length - 7] = 7; // an option longer than what holds it
    assertThat(cache.answer(wire, wire.length, out, 1001)).isZero();
    wire[wire.length - 7] = 5; // and one shorter, behind which there is no room for another
    assertThat(cache.answer(wire, wire.length, out, 1001)).isZero();
  }

  @Test
  void brokenQueriesAreNoHitsAndNoErrors() {
    keep("www.example.com");
    byte[] wire = MessageWriter.write(query("www.example.com", 5));
    for (int length = 0; length < wire.length; length++) {
      assertThat(cache.answer(wire, length, out, 1001)).isZero();
    }
  }

  @Test
  void anAnswerDoesNotOutliveItsTimeWhenTheClockIsSetBack() {
    keep("www.example.com");
    assertThat(hit(query("www.example.com", 1), 1_000)).isPositive();
    assertThat(hit(query("www.example.com", 1), 995)).as("a small correction").isPositive();
    assertThat(hit(query("www.example.com", 1), 1_000 - 86_400)).isZero();
  }
}
