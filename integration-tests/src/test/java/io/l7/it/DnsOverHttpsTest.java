package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.DnsServer;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.net.URI;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names over HTTPS: the dns module's server, the http module's client, the lab's certificates. */
class DnsOverHttpsTest {
  private static final int PORT = 8443;
  private static final String TYPE = "application/dns-message";
  private static final byte[] QUERY =
      MessageWriter.write(
          Message.query(0, Question.of(Name.parse("www.example.lab."), RRType.A)).with(Flag.RD));

  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(b -> b.site("www.example.lab", request -> Response.text("hi")));

  private LabHost host;
  private DnsServer server;

  @BeforeEach
  void start() throws Exception {
    host = lab.lab().host("doh.example.lab", Role.RESOLVER);
    server =
        DnsServer.builder()
            .network(host.network())
            .doh(host.at(PORT), lab.lab().world().identity("doh.example.lab"))
            .recursive(lab.lab().resolver())
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String url() {
    return "https://doh.example.lab:" + PORT + "/dns-query";
  }

  private void isTheAnswer(Response response) throws Exception {
    assertThat(response.status()).isEqualTo(Status.OK);
    assertThat(response.field("Content-Type")).contains(TYPE);
    byte[] wire = response.body().bytes(65_535);
    var answer = MessageReader.read(wire, 0, wire.length);
    assertThat(answer.rcode()).isEqualTo(Rcode.NOERROR);
    var address = lab.lab().world().hosts().find("www.example.lab").orElseThrow().address();
    assertThat(answer.answer())
        .singleElement()
        .satisfies(record -> assertThat(record.rdata().asAddress()).isEqualTo(address));
    long ttl = answer.answer().getFirst().ttl();
    assertThat(response.field("Cache-Control").orElse(""))
        .as("RFC 8484 §5.1: fresh no longer than the smallest TTL")
        .matches(".*max-age=(\\d+).*")
        .satisfies(
            field ->
                assertThat(Long.parseLong(field.replaceAll(".*max-age=(\\d+).*", "$1")))
                    .isLessThanOrEqualTo(ttl));
  }

  @Test
  @Spec("RFC 8484 §4.1")
  void aQueryInAGetIsAnswered() throws Exception {
    var encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(QUERY);
    isTheAnswer(lab.browser().send(Request.get(url() + "?dns=" + encoded).with("Accept", TYPE)));
  }

  @Test
  @Spec("RFC 8484 §4.1")
  void aQueryInAPostIsAnswered() throws Exception {
    isTheAnswer(
        lab.browser()
            .send(
                Request.of(Method.POST, URI.create(url()))
                    .with("Content-Type", TYPE)
                    .withBody(Body.of(QUERY))));
  }

  @Test
  void theServersOwnNameWasFoundThroughTheLab() throws Exception {
    assertThat(lab.browser().send(Request.get(url())).status()).isEqualTo(Status.BAD_REQUEST);
    assertThat(lab.dns().asked("doh.example.lab", RRType.A)).contains("dns.example.lab");
  }
}
