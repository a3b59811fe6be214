package io.l7.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.link.Links;
import io.l7.common.tls.Pem;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.world.Hardship;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LabTest {
  @Test
  void aMailCrossesTheWorldFromDomainToDomain() throws Exception {
    try (var lab = Lab.builder().mail("crepes.fr", "alice").mail("hamburger.edu", "bob").start()) {
      var mail =
          "From: alice@crepes.fr\r\n"
              + "To: bob@hamburger.edu\r\n"
              + "Subject: Picture\r\n\r\n"
              + "Do you like ketchup?\r\n";
      lab.mail()
          .find("crepes.fr")
          .orElseThrow()
          .submit("alice", "bob@hamburger.edu", mail.getBytes(StandardCharsets.US_ASCII));
      var received = lab.mail("bob@hamburger.edu").expectOne();
      assertThat(received.field("subject")).isEqualTo("Picture");
      assertThat(lab.dns().count(Name.parse("hamburger.edu."), RRType.MX)).isPositive();
    }
  }

  @Test
  void aSiteIsFoundFromTheRootAndFetchedByHttpsUnderTheLabsAuthority() throws Exception {
    try (var lab =
            Lab.builder()
                .site("www.example.lab", request -> Response.text("hello from " + request.host()))
                .start();
        var browser = lab.browser(lab.host("laptop.example.lab", Role.CLIENT))) {
      for (var scheme : new String[] {"http", "https"}) {
        var response = browser.send(Request.get(lab.world().url(scheme, "www.example.lab", "/")));
        assertThat(response.body().text(1000)).isEqualTo("hello from www.example.lab");
      }
      assertThat(Pem.certificates(lab.world().trustFile()))
          .as("what other programs are given to trust")
          .containsExactly(lab.world().authority().certificate());
    }
  }

  @Test
  void aClosedLabLeavesNoThreadBehind() throws Exception {
    var before = Thread.getAllStackTraces().keySet();
    try (var lab =
        Lab.builder()
            .mail("crepes.fr", "alice")
            .site("www.example.lab", r -> Response.text("hi"))
            .start()) {
      assertThat(lab.resolver().lookup("www.example.lab.", RRType.A).data()).hasSize(1);
    }
    var after = new java.util.HashSet<>(Thread.getAllStackTraces().keySet());
    after.removeAll(before);
    assertThat(after)
        .extracting(Thread::getName)
        .noneMatch(name -> name.matches("(lab|dns|smtp|http|dialer|resolver).*"));
  }

  @Test
  void aClosedLabLeavesNoPortBehind() throws Exception {
    var served = new ArrayList<InetSocketAddress>();
    try (var lab =
        Lab.builder()
            .mail("crepes.fr", "alice")
            .site("www.example.lab", r -> Response.text("hi"))
            .start()) {
      var ports = lab.world().ports();
      for (var host : lab.world().hosts().all())
        for (int port : new int[] {25, 53, 80, 443, 587})
          served.add(new InetSocketAddress(host.address(), ports.of(port)));
      assertThat(served).as("while it runs").anyMatch(LabTest::isTaken);
    }
    assertThat(served).noneMatch(LabTest::isTaken);
  }

  private static boolean isTaken(InetSocketAddress address) {
    try (var tcp = new ServerSocket();
        var udp = new DatagramSocket(null)) {
      tcp.bind(address);
      udp.bind(address);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void hardshipIsDrawnByTheSeedAndNamesAreResolvedAllTheSame() throws Exception {
    try (var lab = Lab.builder().seed(7).domain("example.lab").hardship(Hardship.USUAL).start()) {
      var host = lab.host("www.example.lab", Role.WEB);
      assertThat(lab.resolver().addresses(host.name())).containsExactly(host.address());
      var path = new Links.Pair(host.address(), lab.world().resolverAddress().getAddress());
      var conditions = Hardship.USUAL.by(7).of(path);
      assertThat(lab.world().links().path(path.from(), path.to()).impairment())
          .isEqualTo(conditions);
      assertThat(conditions.delay()).isBetween(Duration.ZERO, Hardship.USUAL.delay());
      assertThat(Hardship.USUAL.by(8).of(path)).isNotEqualTo(conditions);
    }
  }

  @Test
  void theRootsOwnNameIsResolvedThoughItsDomainWasDelegatedLater() throws Exception {
    try (var lab = Lab.builder().domain("example.lab").start()) {
      var root = lab.world().hosts().find("a.root-servers.lab").orElseThrow();
      assertThat(lab.resolver().addresses("a.root-servers.lab")).containsExactly(root.address());
    }
  }

  @Test
  void whatIsAddedToALabThatHasClosedIsClosedAtOnce() throws Exception {
    var lab = Lab.builder().start();
    lab.close();
    var closed = new boolean[1];
    assertThatThrownBy(() -> lab.world().own(() -> closed[0] = true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(closed[0]).isTrue();
  }
}
