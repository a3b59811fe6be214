package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.local.LocalDataFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Dns64Test {
  private static final Name WWW = Name.parse("www.example.");
  private static final Question QUESTION = Question.of(WWW, RRType.AAAA);
  private static final Dns64 DNS64 = Dns64.in("2001:db8:64::/96");

  private static RRset set(RRType type, long ttl, String... data) {
    var rdata = new ArrayList<Rdata>();
    for (String each : data) {
      rdata.add(RecordText.parse(type, each, Name.ROOT));
    }
    return RRset.of(WWW, type, ttl, rdata);
  }

  private static Response found(RRset... sets) {
    return Response.of(Rcode.NOERROR, List.of(sets), List.of(), List.of())
        .withSecurity(Security.SECURE);
  }

  private static List<String> texts(Response response) {
    return response.answer().stream()
        .flatMap(each -> each.records().stream())
        .map(record -> record.toString().replaceAll("\\s+", " "))
        .toList();
  }

  @ParameterizedTest
  @Spec({"RFC 6052 §2.2", "RFC 6052 §2.4", "RFC 6147 §5.3.1"})
  @CsvSource({
    "2001:db8::/32, 2001:db8:c000:221::",
    "2001:db8:100::/40, 2001:db8:1c0:2:21::",
    "2001:db8:122::/48, 2001:db8:122:c000:2:2100::",
    "2001:db8:122:300::/56, 2001:db8:122:3c0:0:221::",
    "2001:db8:122:344::/64, 2001:db8:122:344:c0:2:2100::",
    "2001:db8:122:344::/96, 2001:db8:122:344::c000:221",
  })
  void anAddressStandsWhereItsPrefixHasItAndIsFoundAgainThere(String prefix, String made) {
    var dns64 = Dns64.in(prefix);
    var four = InetAddress.ofLiteral("192.0.2.33");
    assertThat(dns64.of(four)).isEqualTo(InetAddress.ofLiteral(made));
    assertThat(dns64.reverse(LocalDataFile.reverse(dns64.of(four))))
        .contains(Name.parse("33.2.0.192.in-addr.arpa."));
  }

  @Test
  @Spec("RFC 6147 §5.3.1")
  void namesOfOtherAddressesAreLeftAlone() {
    for (String other : List.of("2001:db8:64::1:0:1", "2001:db8:65::c000:221", "::1")) {
      assertThat(DNS64.reverse(LocalDataFile.reverse(InetAddress.ofLiteral(other)))).isEmpty();
    }
    assertThat(DNS64.reverse(Name.parse("1.0.0.127.in-addr.arpa."))).isEmpty();
    assertThat(DNS64.reverse(Name.parse("x.".repeat(32) + "ip6.arpa."))).isEmpty();
  }

  @ParameterizedTest
  @Spec("RFC 6052 §2.2")
  @ValueSource(
      strings = {
        "64:ff9b::/95",
        "64:ff9b::/x",
        "64:ff9b::/",
        "64:ff9b::/99999999999",
        "2001:db8::",
        "192.0.2.0/32",
        "x",
        ""
      })
  void whatIsNoPrefixForItIsRefusedAndWhatOneIsIsSaid(String text) {
    assertThatThrownBy(() -> Dns64.in(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(text + ": an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96");
  }

  @Test
  @Spec("RFC 6052 §2.2")
  void aPrefixLeavesTheOctetOfBits64To71Zero() {
    assertThatThrownBy(() -> Dns64.in("2001:db8:0:0:100::/96"))
        .hasMessage("2001:db8:0:0:100::/96: bits 64 to 71 are zero (RFC 6052 §2.2)");
  }

  @Test
  @Spec({"RFC 6147 §5.1.6", "RFC 6147 §5.1.7"})
  void addressesAreMadeForAsLongAsBothAnswersHold() {
    var four = found(set(RRType.A, 300, "192.0.2.7", "192.0.2.8"));
    var none =
        found()
            .withSections(
                List.of(), List.of(set(RRType.SOA, 3_600, "ns. admin. 1 2 3 4 60")), List.of());
    var made = DNS64.applied(QUESTION, none, question -> Optional.of(four));
    assertThat(texts(made))
        .containsExactly(
            "www.example. 60 IN AAAA 2001:db8:64::c000:207",
            "www.example. 60 IN AAAA 2001:db8:64::c000:208");
    assertThat(made.security()).isEqualTo(Security.INSECURE);
    assertThat(made.authority()).isEmpty();
    var untold = DNS64.applied(QUESTION, found(), question -> Optional.of(four));
    assertThat(texts(untold)).allMatch(text -> text.contains(" 300 "));
  }

  @Test
  @Spec({"RFC 6147 §5.1.1", "RFC 6147 §5.1.2"})
  void whoHasAnAddressOrDoesNotExistHasItSo() {
    var four = found(set(RRType.A, 300, "192.0.2.7"));
    for (Response plain :
        List.of(found(set(RRType.AAAA, 300, "2001:db8::1")), found().withRcode(Rcode.NXDOMAIN))) {
      assertThat(DNS64.applied(QUESTION, plain, question -> Optional.of(four))).isEqualTo(plain);
    }
    var other = Question.of(WWW, RRType.MX);
    assertThat(DNS64.applied(other, found(), question -> Optional.of(four))).isEqualTo(found());
    assertThat(DNS64.applied(QUESTION, found(), question -> Optional.of(found())))
        .isEqualTo(found());
  }

  @Test
  @Spec({"RFC 6147 §5.1.4", "RFC 6147 §5.1.2"})
  void addressesInDisguiseAndFailuresCountAsNone() {
    var four = found(set(RRType.A, 300, "192.0.2.7"));
    for (Response plain :
        List.of(
            found(set(RRType.AAAA, 300, "::ffff:192.0.2.7")), found().withRcode(Rcode.SERVFAIL))) {
      assertThat(texts(DNS64.applied(QUESTION, plain, question -> Optional.of(four))))
          .containsExactly("www.example. 300 IN AAAA 2001:db8:64::c000:207");
    }
  }

  @ParameterizedTest
  @Spec("RFC 6052 §3.1")
  @ValueSource(strings = {Dns64.WELL_KNOWN, "64:FF9B:0::0/96"})
  void theWellKnownPrefixStandsForNoPrivateAddressHoweverItIsSpelt(String prefix) {
    var wellKnown = Dns64.in(prefix);
    var mixed = found(set(RRType.A, 300, "10.0.0.1", "198.51.100.1"));
    assertThat(texts(wellKnown.applied(QUESTION, found(), question -> Optional.of(mixed))))
        .containsExactly("www.example. 300 IN AAAA 64:ff9b::c633:6401");
    var inside = found(set(RRType.A, 300, "10.0.0.1"));
    assertThat(wellKnown.applied(QUESTION, found(), question -> Optional.of(inside)))
        .isEqualTo(found());
    assertThat(texts(DNS64.applied(QUESTION, found(), question -> Optional.of(inside)))).hasSize(1);
  }
}
