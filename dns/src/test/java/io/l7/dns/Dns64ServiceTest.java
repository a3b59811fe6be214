package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.authority.Request;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.service.Dns64;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.zone.ZoneText;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that have IPv6 alone. Upstream every name has the address 192.0.2.7, and no other. */
@Timeout(60)
class Dns64ServiceTest extends ForwardingStage {
  private static final ServiceConfig CONFIG =
      ServiceConfig.defaults().withDns64(Dns64.in("2001:db8:64::/96"));

  private Message answer(Message query, ServiceConfig config) {
    var asker = new RecursiveService.Asker(InetAddress.getLoopbackAddress(), Request.Transport.UDP);
    return resolver.answer(query, asker, config, Trace.NONE).orElseThrow();
  }

  private static List<String> texts(Message answer) {
    return answer.answer().stream()
        .map(record -> record.toString().replaceAll("\\s+", " "))
        .toList();
  }

  @Test
  @Spec({"RFC 6147 §5.1", "RFC 6147 §5.5"})
  void theyGetAddressesThatLeadThroughTheNat64UnlessTheyValidateThemselves() {
    Message query = Questions.query("www.example", RRType.AAAA, 7);
    assertThat(texts(answer(query, CONFIG)))
        .containsExactly("www.example. 60 IN AAAA 2001:db8:64::c000:207");
    Message validating = query.with(Flag.CD).withEdns(Edns.ofSize(1232).withDnssecOk());
    assertThat(texts(answer(validating, CONFIG))).isEmpty();
    assertThat(texts(answer(query, ServiceConfig.defaults()))).isEmpty();
  }

  @Test
  @Spec("RFC 6147 §5.3.1")
  void theNameOfSuchAnAddressIsThatOfTheTrueOne() {
    String reverse = "7.0.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.4.6.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    Message answer = answer(Questions.query(reverse, RRType.PTR, 7), CONFIG);
    assertThat(texts(answer)).containsExactly(reverse + ". 600 IN CNAME 7.2.0.192.in-addr.arpa.");
  }

  @Test
  void policiesSeeWhatIsMade() {
    var zone = Name.parse("rules.");
    var policies = new Policies(List.of(zone), Policies.Signed.LEFT_ALONE);
    String rule = "128.207.c000.zz.64.db8.2001.rpz-ip CNAME .\n";
    policies.put(new PolicyZone(ZoneText.parse("rules.", rule), Optional.empty()));
    Message query = Questions.query("www.example", RRType.AAAA, 7);
    assertThat(answer(query, CONFIG.withPolicies(policies)).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }
}
