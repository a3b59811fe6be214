package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dns.dnssec.SignatureCheck;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.routing.ClientSubnet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Routed sets from their file to the answer on the wire; checks over real sockets, at virtual
 * times.
 */
@Timeout(60)
class RoutedAnswersTest {
  private static final String ZONE =
      """
      www   A 10.0.0.1
      www   A 10.0.0.2
      www   A 10.0.0.3
      alias CNAME www
      """;

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime();

  private Served serve(String routes, Optional<Path> keys) throws IOException {
    Path file = Files.writeString(folder.resolve("routes"), routes);
    var options = Served.open("test.", Served.file(folder, "test.", ZONE), keys);
    return new Served(
        new HostedZones.Options(
            options.zones(),
            List.of(),
            List.of(),
            options.updates(),
            options.transfers(),
            Optional.empty(),
            keys,
            List.of(),
            Optional.empty(),
            Optional.of(file)),
        time);
  }

  private static ServerSocket edge() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static Set<String> given(Message reply) {
    var given = new TreeSet<String>();
    reply.answer().stream()
        .filter(r -> r.type().equals(RRType.A))
        .forEach(r -> given.add(r.rdata().u8(0) + "." + r.rdata().u8(3)));
    return given;
  }

  /** What 40 questions for a name bring, one set an answer. */
  private static Set<Set<String>> answers(Served served, String name) throws IOException {
    var all = new HashSet<Set<String>>();
    for (int i = 0; i < 40; i++) {
      all.add(given(served.ask(name, "A")));
    }
    return all;
  }

  private static Message from(String name, String subnet, int bits) throws IOException {
    byte[] address = InetAddress.getByName(subnet).getAddress();
    byte[] data = new byte[4 + (bits + 7) / 8];
    data[1] = (byte) (address.length == 4 ? 1 : 2);
    data[2] = (byte) bits;
    System.arraycopy(address, 0, data, 4, data.length - 4);
    return Asked.query(name, "A")
        .withEdns(Edns.ofSize(1232).withOption(new EdnsOption(ClientSubnet.CODE, data)));
  }

  private static int scope(Message reply) {
    return reply.edns().orElseThrow().option(ClientSubnet.CODE).orElseThrow().data()[3];
  }

  @Test
  void membersThatAreDownAreLeftOutAndWhenAllAreDownAllAreGiven() throws IOException {
    var one = edge();
    var two = edge();
    var closed = edge();
    closed.close();
    String routes =
        """
        www.test. A 10.0.0.1 check=tcp:80 at=127.0.0.1:%d
        www.test. A 10.0.0.2 check=tcp:80 at=127.0.0.1:%d
        www.test. A 10.0.0.3 check=tcp:80 at=127.0.0.1:%d
        """
            .formatted(one.getLocalPort(), two.getLocalPort(), closed.getLocalPort());
    try (var served = serve(routes, Optional.empty())) {
      assertThat(answers(served, "www.test."))
          .as("one member an answer; what was down from the start is never given")
          .containsExactlyInAnyOrder(Set.of("10.1"), Set.of("10.2"));
      assertThat(answers(served, "alias.test."))
          .as("an alias of a routed name is chosen each time too")
          .containsExactlyInAnyOrder(Set.of("10.1"), Set.of("10.2"));
      two.close();
      time.advance(Duration.ofSeconds(5));
      assertThat(answers(served, "www.test.")).as("one lost check moves nobody").hasSize(2);
      time.advance(Duration.ofSeconds(5));
      assertThat(answers(served, "www.test.")).containsExactly(Set.of("10.1"));
      one.close();
      time.advance(Duration.ofSeconds(10));
      assertThat(answers(served, "www.test.")).containsExactly(Set.of("10.1", "10.2", "10.3"));
      try (var back = new ServerSocket(two.getLocalPort(), 50, InetAddress.getLoopbackAddress())) {
        time.advance(Duration.ofSeconds(5));
        assertThat(back.isBound()).isTrue();
        assertThat(answers(served, "www.test.")).containsExactly(Set.of("10.2"));
      }
    }
  }

  @Test
  @Spec("RFC 7871 §7.2.1")
  void theClientsSubnetDecidesAndTheScopeSaysHowMuchOfIt() throws IOException {
    String routes =
        """
        www.test. A 10.0.0.1 prefer=198.51.100.0/24
        www.test. A 10.0.0.2 prefer=2001:db8::/32
        www.test. A 10.0.0.3
        """;
    try (var served = serve(routes, Optional.empty())) {
      Message near = served.ask(from("www.test.", "198.51.100.0", 24));
      assertThat(given(near)).containsExactly("10.1");
      assertThat(scope(near)).isEqualTo(24);
      Message far = served.ask(from("www.test.", "203.0.113.0", 24));
      assertThat(given(far)).containsExactly("10.3");
      assertThat(scope(far)).as("198 and 203 differ in their fourth bit").isEqualTo(5);
      assertThat(given(served.ask(from("alias.test.", "2001:db8:1::", 56))))
          .containsExactly("10.2");
      assertThat(given(served.ask("www.test.", "A")))
          .as("without the option the sender's own address counts")
          .containsExactly("10.3");
      assertThat(scope(served.ask(from("www.test.", "198.51.100.0", 0))))
          .as("a client that wants no use made of it")
          .isZero();
      var broken = new EdnsOption(ClientSubnet.CODE, new byte[] {0, 1, 24, 0, 1});
      assertThat(
              served
                  .ask(Asked.query("www.test.", "A").withEdns(Edns.ofSize(1232).withOption(broken)))
                  .rcode())
          .isEqualTo(Rcode.FORMERR);
    }
  }

  @Test
  void eachChoiceIsSignedAndVerifies() throws IOException {
    String routes = "www.test. A 10.0.0.1 weight=2\nwww.test. A 10.0.0.2\n";
    try (var served = serve(routes, Optional.of(Files.createDirectory(folder.resolve("keys"))))) {
      List<Dnskey> keys =
          served.ask("test.", "DNSKEY").answer().stream()
              .map(ResourceRecord::rdata)
              .map(Dnskey::new)
              .toList();
      var seen = new HashSet<Set<String>>();
      for (int i = 0; i < 40; i++) {
        Message reply =
            served.ask(Asked.query("www.test.", "A").withEdns(Edns.ofSize(1232).withDnssecOk()));
        RRset set = RRset.group(reply.answer()).getFirst();
        assertThat(set.rdata()).hasSize(1);
        assertThat(set.signatures()).hasSize(1);
        var signature = new Rrsig(set.signatures().getFirst());
        assertThat(keys)
            .anyMatch(
                key -> SignatureCheck.verify(key, signature, set) == SignatureCheck.Verdict.GOOD);
        seen.add(given(reply));
      }
      assertThat(seen).hasSize(2);
    }
  }

  @Test
  void aSignedZoneWithoutItsKeysGivesTheWholeSet() throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    Path signed = folder.resolve("signed.zone");
    var options = Served.open("test.", Served.file(folder, "test.", ZONE), Optional.of(keys));
    try (var signer = HostedZones.open(options, time)) {
      io.l7.dns.zone.ZoneFile.write(
          signed, signer.primary(Name.parse("test.")).orElseThrow().live().zone());
    }
    Path routes = Files.writeString(folder.resolve("routes"), "www.test. A 10.0.0.1\n");
    var plain =
        HostedZones.Options.serving(
            List.of(new HostedZones.ZoneSource(Name.parse("test."), signed)));
    var routed =
        new HostedZones.Options(
            plain.zones(),
            List.of(),
            List.of(),
            plain.updates(),
            plain.transfers(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(routes));
    try (var served = new Served(routed, time)) {
      assertThat(given(served.ask("www.test.", "A"))).containsExactly("10.1", "10.2", "10.3");
    }
  }
}
