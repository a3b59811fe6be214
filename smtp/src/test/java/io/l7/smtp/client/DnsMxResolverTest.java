package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.authority.HostedZones.ZoneSource;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MX and addresses as our own name server gives them. */
class DnsMxResolverTest {
  private static final String ZONE =
      """
      $TTL 300
      @ SOA ns admin 1 3600 600 86400 60
      @ NS ns
      ns A 192.0.2.1
      two MX 20 b.two
      two MX 10 A.two
      a.two A 192.0.2.10
      b.two A 192.0.2.20
      b.two AAAA 2001:db8::20
      null MX 0 .
      mixed MX 0 .
      mixed MX 5 a.two
      addressed A 192.0.2.30
      six AAAA 2001:db8::6
      text TXT "no mail here"
      alias CNAME two
      """;

  @TempDir Path folder;
  private HostedZones zones;
  private DnsServer server;
  private Resolver resolver;
  private DnsMxResolver mx;

  @BeforeEach
  void start() throws IOException {
    var file = Files.writeString(folder.resolve("edu.zone"), ZONE);
    var source = new ZoneSource(Name.parse("edu."), file);
    zones = HostedZones.open(HostedZones.Options.serving(List.of(source)), Scheduler.real());
    server =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .start();
    var address = Endpoint.of(server.addresses().getFirst());
    resolver = Resolver.builder().forward(address).trustAnchor(List.of()).build();
    mx = new DnsMxResolver(resolver);
  }

  @AfterEach
  void stop() throws IOException {
    mx.close();
    server.close();
    zones.close();
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void exchangersComeWithTheirPreferences() {
    assertThat(mx.lookup("two.edu"))
        .isInstanceOfSatisfying(
            MxAnswer.Hosts.class,
            h ->
                assertThat(h.hosts())
                    .containsExactlyInAnyOrder(
                        new MxHost(10, "a.two.edu"), new MxHost(20, "b.two.edu")));
    assertThat(mx.lookup("alias.edu")).isEqualTo(mx.lookup("two.edu"));
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void aDomainWithAnAddressAloneIsItsOwnExchanger() {
    assertThat(mx.lookup("addressed.edu"))
        .isEqualTo(new MxAnswer.Hosts(List.of(new MxHost(0, "addressed.edu"))));
    assertThat(mx.lookup("six.edu"))
        .isEqualTo(new MxAnswer.Hosts(List.of(new MxHost(0, "six.edu"))));
  }

  @Test
  @Spec("RFC 7505 §3")
  void theNullMxIsSeenWhereItStandsAlone() {
    assertThat(mx.lookup("null.edu")).isEqualTo(new MxAnswer.NullMx());
    assertThat(mx.lookup("mixed.edu"))
        .isEqualTo(new MxAnswer.Hosts(List.of(new MxHost(5, "a.two.edu"))));
  }

  @Test
  void whatIsNotThereIsToldFromWhatIsNotKnown() {
    assertThat(mx.lookup("nobody.edu")).isInstanceOf(MxAnswer.NoSuchDomain.class);
    assertThat(mx.lookup("text.edu")).isInstanceOf(MxAnswer.NoSuchDomain.class);
    assertThat(mx.lookup("a..edu")).isInstanceOf(MxAnswer.NoSuchDomain.class);
    assertThat(mx.lookup("refused.example")).isInstanceOf(MxAnswer.Unknown.class);
  }

  @Test
  void aHostHasAllItsAddresses() throws UnknownHostException {
    assertThat(mx.resolve("b.two.edu"))
        .extracting(java.net.InetAddress::getHostAddress)
        .containsExactlyInAnyOrder("192.0.2.20", "2001:db8:0:0:0:0:0:20");
    assertThatThrownBy(() -> mx.resolve("text.edu"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("no address");
  }

  @Test
  void whatWasLearnedIsNotAskedForAgainWithinItsTimeToLive() {
    var first = mx.lookup("two.edu");
    var asked = resolver.packetsSent();
    assertThat(asked).isPositive();
    assertThat(mx.lookup("two.edu")).isEqualTo(first);
    assertThat(resolver.packetsSent()).isEqualTo(asked);
  }
}
