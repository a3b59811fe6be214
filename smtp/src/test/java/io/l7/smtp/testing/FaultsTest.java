package io.l7.smtp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Dialer;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.client.ClientSession;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.session.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that misbehave on demand, and tests that know nothing of each other. */
class FaultsTest {
  @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");

  @RegisterExtension MailServerExtension other = MailServerExtension.of("hamburger.edu", "bob");

  private static ClientSession open(MailServer server, TlsPolicy policy) throws IOException {
    var dialer = Dialer.over(Network.real());
    return new Connector(
            RelayOptions.of("crepes.fr", dialer, MxResolver.implicit())
                .tls(policy, TlsTrust.insecure()))
        .open(server.smtp());
  }

  @Test
  void whereTlsFailsTheOpportunistGoesOnInTheClearAndTheStrictStops() throws IOException {
    mail.server().faults().onCommand(Command.StartTls.class).breakTls();
    try (var session = open(mail.server(), TlsPolicy.OPPORTUNISTIC)) {
      assertThat(session.encrypted()).isFalse();
    }
    assertThatThrownBy(() -> open(mail.server(), TlsPolicy.REQUIRED))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aboveItsRateAServerSaysTryLater() {
    var clock = new AtomicLong();
    var faults = new Faults(clock::get);
    faults.onConnect().moreThan(3, Duration.ofSeconds(10)).answer("421 4.7.0 slow down");
    assertThat(connects(faults, 5)).containsExactly(true, true, true, false, false);
    clock.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(connects(faults, 4)).containsExactly(true, true, true, false);
  }

  private static List<Boolean> connects(Faults faults, int times) {
    var out = new ArrayList<Boolean>();
    for (var i = 0; i < times; i++) {
      out.add(faults.onConnectFault() instanceof Fault.None);
    }
    return out;
  }

  @Test
  void aReplyIsAsSlowAsItIsTold() throws IOException {
    mail.server().faults().onCommand(Command.Ehlo.class).delay(Duration.ofMillis(100));
    var begin = System.nanoTime();
    open(mail.server(), TlsPolicy.OFF).close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void aConnectionEndsAtTheOctetThatWasNamed() throws IOException {
    mail.server().faults().dropContentAfter(2);
    assertThatThrownBy(() -> deliver(mail.server())).isInstanceOf(AssertionError.class);
    assertThat(mail.server().mails("bob")).isEmpty();
    mail.server().faults().clear();
    deliver(mail.server());
    assertThat(mail.server().await("bob", 1)).hasSize(1);
  }

  @RepeatedTest(2)
  void everyTestBeginsWithEmptyMailboxesAndNoFaults() throws IOException {
    assertThat(mail.server().mails("bob")).isEmpty();
    mail.server().faults().onCommand(Command.Rset.class).drop();
    deliver(mail.server());
    assertThat(mail.server().await("bob", 1)).hasSize(1);
    assertThat(other.server().mails("bob")).as("nor do two servers share anything").isEmpty();
  }

  @Test
  void manyServersAreUpInAMomentEachOnPortsOfItsOwn() {
    var millis = new ArrayList<Long>();
    var ports = new ArrayList<Integer>();
    var servers = new ArrayList<MailServer>();
    try {
      for (var i = 0; i < 10; i++) {
        var begin = System.nanoTime();
        var server = MailServer.start("hamburger.edu", "bob");
        millis.add((System.nanoTime() - begin) / 1_000_000);
        servers.add(server);
        ports.add(server.smtp().port());
      }
    } finally {
      servers.forEach(MailServer::close);
    }
    System.out.println("milliseconds to start a mail server: " + millis);
    assertThat(ports).doesNotHaveDuplicates();
    assertThat(millis.stream().sorted().toList().get(5)).as("the median").isLessThan(1_000);
  }

  private static void deliver(MailServer server) throws IOException {
    try (var socket = new java.net.Socket(server.smtp().host(), server.smtp().port())) {
      var in = socket.getInputStream();
      var lines =
          new java.io.BufferedReader(new java.io.InputStreamReader(in, StandardCharsets.US_ASCII));
      assertThat(lines.readLine()).startsWith("220 ");
      for (var line :
          List.of("HELO x", "MAIL FROM:<a@b>", "RCPT TO:<bob@hamburger.edu>", "DATA", "hi\r\n.")) {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(lines.readLine()).containsAnyOf("250 ", "354 ");
      }
    }
  }
}
