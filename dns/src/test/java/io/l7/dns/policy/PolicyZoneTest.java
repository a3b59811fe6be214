package io.l7.dns.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.AddressBits;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Name;
import io.l7.dns.zone.ZoneText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyZoneTest {
  private static final PolicyZone RULES =
      zone(
          "block.test.",
          """
          evil.example CNAME .
          *.evil.example CNAME *.
          good.evil.example CNAME rpz-passthru.
          drop.example CNAME rpz-drop.
          tcp.example CNAME RPZ-TCP-ONLY.
          old.example CNAME old.example.
          local.example A 192.0.2.99
          local.example TXT "blocked"
          typo.example CNAME rpz-dorp.
          newer.example CNAME 5.RPZ-delay.
          24.0.2.0.192.rpz-ip CNAME .
          32.7.2.0.192.rpz-ip CNAME rpz-passthru.
          48.zz.db8.2001.rpz-ip CNAME *.
          128.1.zz.rpz-client-ip CNAME rpz-drop.
          8.0.0.0.10.rpz-client-ip CNAME .
          33.0.0.0.10.rpz-client-ip CNAME .
          x.rpz-client-ip CNAME .
          ns.evil.example.rpz-nsdname CNAME .
          *.dark.example.rpz-nsdname CNAME .
          """);

  private static PolicyZone zone(String origin, String text) {
    return new PolicyZone(ZoneText.parse(origin, text), Optional.empty());
  }

  private static String word(Optional<PolicyRule> rule) {
    return rule.map(found -> found.action().word()).orElse("none");
  }

  @ParameterizedTest
  @Spec("draft-vixie-dnsop-dns-rpz §3")
  @CsvSource({
    "evil.example., nxdomain",
    "EVIL.example., nxdomain",
    "www.evil.example., nodata",
    "a.b.evil.example., nodata",
    "good.evil.example., passthru",
    "www.good.evil.example., none", // RFC 4592 §3.3.1: the closest name that exists
    "drop.example., drop",
    "tcp.example., tcp-only",
    "old.example., passthru",
    "local.example., local-data",
    "typo.example., none", // whatever rpz-dorp. is, it is no name to lead people to
    "newer.example., none",
    "example., none",
    "other.test., none",
    "32.7.2.0.192.rpz-ip., none", // asked for by name it is no rule for names
    "., none",
  })
  void aRuleIsThatOfTheNameOrOfTheClosestWildcard(String name, String action) {
    assertThat(word(RULES.name(Name.parse(name)))).isEqualTo(action);
  }

  @Test
  void nothingOfTheApexIsARuleAndALongNameHasItsWildcard() {
    assertThat(RULES.name(Name.ROOT)).isEmpty();
    var all = zone("block.test.", "* CNAME .\n");
    assertThat(word(all.name(Name.parse(("a".repeat(60) + ".").repeat(4))))).isEqualTo("nxdomain");
    assertThat(word(all.serverName(List.of(Name.parse("ns.example."))))).isEqualTo("none");
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §4.1")
  void theLongestBlockAroundAnAddressCounts() {
    for (String[] each :
        new String[][] {
          {"192.0.2.1", "nxdomain"},
          {"192.0.2.7", "passthru"},
          {"192.0.3.1", "none"},
          {"2001:db8::1", "nodata"},
          {"2001:db8:0:ffff::1", "nodata"},
          {"2001:db8:1::1", "none"},
        }) {
      assertThat(word(RULES.address(Trigger.RESPONSE_IP, List.of(address(each[0])))))
          .as(each[0])
          .isEqualTo(each[1]);
    }
    var both = List.of(address("192.0.2.1"), address("192.0.2.7"));
    assertThat(word(RULES.address(Trigger.RESPONSE_IP, both))).isEqualTo("passthru");
    assertThat(word(RULES.client(address("::1")))).isEqualTo("drop");
    assertThat(word(RULES.client(address("10.255.0.1")))).isEqualTo("nxdomain");
    assertThat(word(RULES.client(address("192.0.2.7")))).isEqualTo("none");
    var client = address("10.1.2.3");
    assertThat(RULES.hasClient(AddressBits.upper(client), AddressBits.lower(client))).isTrue();
  }

  @Test
  void aBlockOfAllOfOneFamilyHoldsNothingOfTheOther() {
    var six = zone("six.test.", "0.zz.rpz-client-ip CNAME .\n8.zz.rpz-ip CNAME .\n");
    assertThat(word(six.client(address("2001:db8::1")))).isEqualTo("nxdomain");
    var four = address("192.0.2.1");
    assertThat(word(six.client(four))).isEqualTo("none");
    assertThat(six.hasClient(AddressBits.upper(four), AddressBits.lower(four))).isFalse();
    assertThat(word(six.address(Trigger.RESPONSE_IP, List.of(four)))).isEqualTo("none");
    var allFour = zone("four.test.", "0.0.0.0.0.rpz-client-ip CNAME .\n");
    assertThat(word(allFour.client(four))).isEqualTo("nxdomain");
    assertThat(word(allFour.client(address("2001:db8::1")))).isEqualTo("none");
  }

  @Test
  void nameServersAreFoundByNameAndByWildcard() {
    assertThat(word(RULES.serverName(List.of(Name.parse("ns.evil.example.")))))
        .isEqualTo("nxdomain");
    assertThat(word(RULES.serverName(List.of(Name.parse("a.dark.example.")))))
        .isEqualTo("nxdomain");
    assertThat(word(RULES.serverName(List.of(Name.parse("ns.good.example."))))).isEqualTo("none");
    assertThat(word(RULES.name(Name.parse("ns.evil.example.")))).isEqualTo("nodata");
  }

  private record Answer(Name name, Collection<InetAddress> addresses)
      implements PolicySet.Evidence {
    @Override
    public Optional<InetAddress> client() {
      return Optional.of(address("192.0.2.200"));
    }

    @Override
    public Collection<Name> serverNames() {
      return List.of();
    }

    @Override
    public Collection<InetAddress> serverAddresses() {
      return List.of();
    }
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §6")
  void theFirstZoneCountsWhateverItLooksAt() {
    var byAddress = zone("one.test.", "32.1.2.0.192.rpz-ip CNAME *.\n");
    var byName = zone("two.test.", "evil.example CNAME .\n");
    Name evil = Name.parse("evil.example.");
    var client = Optional.of(address("192.0.2.200"));
    var addressFirst = PolicySet.of(List.of(byAddress, byName));
    assertThat(addressFirst.beforehand(evil, client, rule -> {}))
        .as("an answer may have a rule that comes first")
        .isEmpty();
    var bad = new Answer(evil, List.of(address("192.0.2.1")));
    assertThat(word(addressFirst.afterwards(bad, rule -> {}))).isEqualTo("nodata");
    var other = new Answer(evil, List.of(address("192.0.2.2")));
    assertThat(word(addressFirst.afterwards(other, rule -> {}))).isEqualTo("nxdomain");
    var nameFirst = PolicySet.of(List.of(byName, byAddress));
    assertThat(word(nameFirst.beforehand(evil, client, rule -> {}))).isEqualTo("nxdomain");
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §6")
  void whoAsksComesBeforeWhatIsAsked() {
    var zone = zone("one.test.", "32.200.2.0.192.rpz-client-ip CNAME *.\nevil.example CNAME .\n");
    var set = PolicySet.of(List.of(zone));
    Name evil = Name.parse("evil.example.");
    var client = Optional.of(address("192.0.2.200"));
    assertThat(word(set.beforehand(evil, client, rule -> {}))).isEqualTo("nodata");
    assertThat(word(set.beforehand(evil, Optional.empty(), rule -> {}))).isEqualTo("nxdomain");
  }

  @Test
  void aZoneThatIsDisabledIsToldOfAndTheNextOneCounts() {
    var dry =
        new PolicyZone(
            ZoneText.parse("one.test.", "evil.example CNAME *.\n"),
            Optional.of(PolicyAction.Plain.DISABLED));
    var set = PolicySet.of(List.of(dry, zone("two.test.", "evil.example CNAME .\n")));
    var told = new ArrayList<PolicyRule>();
    Name evil = Name.parse("evil.example.");
    assertThat(word(set.beforehand(evil, Optional.empty(), told::add))).isEqualTo("nxdomain");
    assertThat(told)
        .singleElement()
        .satisfies(rule -> assertThat(rule.zone()).isEqualTo(Name.parse("one.test.")));
  }

  @Test
  void zonesKeepTheirOrderWhenNewVersionsCome() {
    var one = Name.parse("one.test.");
    var two = Name.parse("two.test.");
    var policies = new Policies(List.of(one, two), Policies.Signed.LEFT_ALONE);
    policies.put(zone("two.test.", "evil.example CNAME .\n"));
    policies.put(zone("one.test.", "evil.example CNAME *.\n"));
    policies.put(zone("two.test.", "evil.example CNAME rpz-drop.\n"));
    assertThat(policies.current().zones()).extracting(PolicyZone::origin).containsExactly(one, two);
  }
}
