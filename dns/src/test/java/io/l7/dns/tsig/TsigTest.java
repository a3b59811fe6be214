package io.l7.dns.tsig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.TSIG;

class TsigTest {
  private static final long NOW = 1_700_000_000;
  private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final TsigKey KEY = key("key.example.", TsigAlgorithm.HMAC_SHA256, SECRET);
  private static final Keyring KEYS = Keyring.of(List.of(KEY));

  private static TsigKey key(String name, TsigAlgorithm algorithm, byte[] secret) {
    return new TsigKey(Name.parse(name), algorithm, secret);
  }

  private static byte[] query() {
    return MessageWriter.write(
        Message.query(17, Question.of(Name.parse("www.example."), RRType.A)));
  }

  private static Tsig.Check check(byte[] wire, long now) {
    return Tsig.check(wire, wire.length, KEYS, now);
  }

  @ParameterizedTest
  @EnumSource
  @Spec("RFC 8945 §5.1")
  void bothSidesAgreeForEveryAlgorithm(TsigAlgorithm algorithm) {
    TsigKey key = key("key.example.", algorithm, SECRET);
    var asking = TsigSession.asking(key);
    byte[] request = asking.sign(query(), NOW);
    var valid =
        (Tsig.Check.Valid) Tsig.check(request, request.length, Keyring.of(List.of(key)), NOW + 200);
    for (int i = 0; i < 3; i++) {
      assertThat(asking.accept(valid.session().sign(query(), NOW), NOW)).isTrue();
    }
  }

  @Test
  void dnsjavaAgrees() throws Exception {
    var theirs = new TSIG(TSIG.HMAC_SHA256, org.xbill.DNS.Name.fromString("key.example."), SECRET);
    byte[] ours = TsigSession.asking(KEY).sign(query(), System.currentTimeMillis() / 1000);
    var parsed = new org.xbill.DNS.Message(ours);
    assertThat(theirs.verify(parsed, ours, null)).isEqualTo(0);
    var message = new org.xbill.DNS.Message(query());
    theirs.apply(message, null);
    byte[] wire = message.toWire();
    assertThat(check(wire, System.currentTimeMillis() / 1000)).isInstanceOf(Tsig.Check.Valid.class);
  }

  static Stream<byte[]> damaged() {
    byte[] signed = TsigSession.asking(KEY).sign(query(), NOW);
    return java.util.stream.IntStream.range(12, query().length)
        .mapToObj(
            i -> {
              byte[] copy = signed.clone();
              copy[i] ^= 1;
              return copy;
            });
  }

  @ParameterizedTest
  @MethodSource("damaged")
  @Spec("RFC 8945 §5.2.2")
  void oneChangedBitIsSeen(byte[] wire) {
    assertThat(check(wire, NOW)).isNotInstanceOf(Tsig.Check.Valid.class);
  }

  @Test
  @Spec("RFC 8945 §5.2")
  void aStrangersKeyAWrongSecretAndAnOldTimeEachGetTheirError() throws Exception {
    byte[] unknown =
        TsigSession.asking(key("other.", TsigAlgorithm.HMAC_SHA256, SECRET)).sign(query(), NOW);
    assertThat(error(check(unknown, NOW))).isEqualTo(TsigError.BADKEY);
    byte[] wrong =
        TsigSession.asking(key("key.example.", TsigAlgorithm.HMAC_SHA256, new byte[16]))
            .sign(query(), NOW);
    assertThat(error(check(wrong, NOW))).isEqualTo(TsigError.BADSIG);
    byte[] good = TsigSession.asking(KEY).sign(query(), NOW);
    assertThat(error(check(good, NOW + 301))).isEqualTo(TsigError.BADTIME);
    assertThat(error(check(good, NOW - 301))).isEqualTo(TsigError.BADTIME);
    var late = (Tsig.Check.Refused) check(good, NOW + 301);
    var reply = MessageReader.read(late.session().sign(query(), NOW + 301));
    var tsig = reply.additional().getLast().rdata();
    assertThat(tsig.u16(tsig.length() - 2 - 6)).as("other data: the server's time").isEqualTo(6);
  }

  private static TsigError error(Tsig.Check check) {
    return ((Tsig.Check.Refused) check).error();
  }

  @Test
  @Spec("RFC 8945 §5.3.1")
  void aStreamMayLeaveSomeMessagesUnsignedButNotItsEnds() {
    var asking = TsigSession.asking(KEY);
    byte[] request = asking.sign(query(), NOW);
    var answering = ((Tsig.Check.Valid) check(request, NOW)).session();
    byte[] first = answering.sign(query(), NOW);
    assertThat(TsigSession.asking(KEY).accept(query(), NOW))
        .as("an unsigned first message")
        .isFalse();
    assertThat(asking.accept(first, NOW)).isTrue();
    assertThat(asking.accept(query(), NOW)).isTrue();
    assertThat(asking.isSettled()).isFalse();
  }

  /** A signed message whose MAC keeps only its first octets, as RFC 8945 §5.2.2.1 allows. */
  private static byte[] truncated(int octets) {
    byte[] unsigned = query();
    byte[] signed = TsigSession.asking(KEY).sign(unsigned, NOW);
    int macEnd = signed.length - 6; // original ID, error and length of other data follow
    int macStart = macEnd - 32;
    int lengthAt = unsigned.length + KEY.name().wireLength() + 8;
    var out = new ByteArrayOutputStream();
    out.write(signed, 0, macStart + octets);
    out.write(signed, macEnd, 6);
    byte[] cut = out.toByteArray();
    cut[macStart - 1] = (byte) octets;
    cut[lengthAt + 1] -= (byte) (32 - octets);
    return cut;
  }

  @Test
  @Spec("RFC 8945 §5.2.2.1")
  void halfAMacIsEnoughAndLessIsNot() {
    assertThat(check(truncated(32), NOW)).isInstanceOf(Tsig.Check.Valid.class);
    assertThat(check(truncated(16), NOW)).isInstanceOf(Tsig.Check.Valid.class);
    for (int octets : new int[] {0, 1, 9, 10, 15}) {
      assertThat(check(truncated(octets), NOW))
          .as("%s octets", octets)
          .isInstanceOf(Tsig.Check.Malformed.class);
    }
  }

  @Test
  @Spec("RFC 8945 §5.2.3")
  void theFudgeIsTheSendersOwnAndItsEdgeIsInside() {
    byte[] signed = TsigSession.asking(KEY).sign(query(), NOW);
    assertThat(check(signed, NOW + 300)).isInstanceOf(Tsig.Check.Valid.class);
    assertThat(check(signed, NOW - 300)).isInstanceOf(Tsig.Check.Valid.class);
    assertThat(error(check(signed, NOW + 301))).isEqualTo(TsigError.BADTIME);
  }

  @Test
  @Spec("RFC 8945 §5.3.1")
  void theMessagesOfAStreamCannotChangePlacesOrBeLeftOut() {
    var asking = TsigSession.asking(KEY);
    byte[] request = asking.sign(query(), NOW);
    var answering = ((Tsig.Check.Valid) check(request, NOW)).session();
    byte[] first = answering.sign(query(), NOW);
    byte[] second = answering.sign(query(), NOW);
    byte[] third = answering.sign(query(), NOW);
    assertThat(asking.accept(first, NOW)).isTrue();
    assertThat(asking.accept(third, NOW)).as("the second is missing").isFalse();
    assertThat(asking.accept(second, NOW)).isTrue();
    assertThat(asking.accept(third, NOW)).isTrue();
    assertThat(asking.accept(third, NOW)).as("once more").isFalse();
  }

  @Test
  void bindsKeyFilesAreRead() {
    var keys =
        KeyFile.parse(
            """
            // made by tsig-keygen
            key "one.example" { algorithm hmac-sha256; secret "MDEyMzQ1Njc4OWFiY2RlZg=="; };
            /* another */
            key two { # sha512
              secret "AA==";
              algorithm HMAC-SHA512.;
            };
            """);
    assertThat(keys).hasSize(2);
    assertThat(keys.getFirst()).isEqualTo(key("one.example.", TsigAlgorithm.HMAC_SHA256, SECRET));
    assertThat(keys.getLast().algorithm()).isEqualTo(TsigAlgorithm.HMAC_SHA512);
    assertThat(keys.toString()).doesNotContain("MDEy");
  }

  @Test
  void aBrokenKeyFileSaysWhy() {
    assertThatThrownBy(() -> KeyFile.parse("key a { algorithm hmac-md5; secret \"AA==\"; };"))
        .hasMessageContaining("no known algorithm");
    assertThatThrownBy(() -> KeyFile.parse("key a { algorithm hmac-sha256 secret"))
        .hasMessageContaining("\";\" expected");
    assertThatThrownBy(() -> KeyFile.parse("")).hasMessageContaining("no key");
  }
}
