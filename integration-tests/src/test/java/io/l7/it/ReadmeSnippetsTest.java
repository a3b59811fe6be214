package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.framing.LineEnds;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.Lab;
import io.l7.smtp.testing.MailServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The README's pieces of Java, word for word; {@link ReadmeTest} compares. */
class ReadmeSnippetsTest {
  @Test
  void aWebServerInATest() throws Exception {
    try (var server = HttpServer.builder().handler(request -> Response.text("hello")).start();
        var client = HttpClient.create()) {
      var answer = client.send(Request.get("http://" + Endpoint.of(server.address()) + "/"));
      assertThat(answer.body().text(100)).isEqualTo("hello");
    }
  }

  @Test
  void aMailServerInATest() throws Exception {
    var myProgram = new Program();
    try (var server = MailServer.start("hamburger.edu", "bob")) {
      myProgram.sendsMailTo(server.smtp());
      assertThat(server.await("bob", 1).getFirst().body()).isEqualTo("ketchup\n");
    }
  }

  /** Any program that sends a mail. */
  private static final class Program {
    void sendsMailTo(Endpoint server) throws IOException {
      try (var connection = Dialer.over(Network.real()).dial(server)) {
        for (var line :
            new String[] {
              "HELO crepes.fr",
              "MAIL FROM:<alice@crepes.fr>",
              "RCPT TO:<bob@hamburger.edu>",
              "DATA",
              "\r\nketchup\r\n.",
              "QUIT"
            }) {
          connection.in().line(1_000, LineEnds.STRICT); // the greeting first, then each reply
          connection.out().latin1(line + "\r\n");
          connection.out().flush();
        }
      }
    }
  }

  @Test
  void anInternetInATest() throws Exception {
    var letter = "Subject: Picture\r\n\r\nHere.\r\n".getBytes(StandardCharsets.US_ASCII);
    try (var lab = Lab.builder().mail("crepes.fr", "alice").mail("hamburger.edu", "bob").start()) {
      lab.mail().find("crepes.fr").orElseThrow().submit("alice", "bob@hamburger.edu", letter);
      var received = lab.mail("bob@hamburger.edu").expectOne();
      assertThat(received.field("subject")).isEqualTo("Picture");
    }
  }
}
