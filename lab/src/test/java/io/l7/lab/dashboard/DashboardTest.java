package io.l7.lab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.lab.Lab;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look at a lab and press its buttons. */
class DashboardTest {
  private final AtomicInteger pressed = new AtomicInteger();
  private Lab lab;
  private Dashboard page;

  @BeforeEach
  void start() throws Exception {
    lab = Lab.builder().start();
    page = Dashboard.start(lab.world(), new Endpoint("127.0.0.1", 0));
    page.action(new Dashboard.Action("press", "Press", () -> "done " + pressed.incrementAndGet()));
  }

  @AfterEach
  void close() {
    page.close();
    lab.close();
  }

  private String ask(String method, String target, String host, String more) throws IOException {
    try (var socket = new Socket(page.address().getAddress(), page.address().getPort())) {
      socket.setSoTimeout(20_000);
      var request =
          method
              + " "
              + target
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\n"
              + more
              + "Content-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String here() {
    return "127.0.0.1:" + page.address().getPort();
  }

  @Test
  void whoOpenedThePageSeesItAndMayPressItsButtons() throws Exception {
    assertThat(ask("GET", "/", here(), "")).startsWith("HTTP/1.1 200").contains("frame-ancestors");
    assertThat(ask("GET", "/", "localhost:8053", "")).startsWith("HTTP/1.1 200");
    assertThat(ask("POST", "/api/do/press", here(), "Origin: http://" + here() + "\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("done 1");
    assertThat(ask("POST", "/api/do/press", here(), "")).as("curl").contains("done 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"})
  void aPageOfSomebodyElseCannotPressAButton(String origin) throws Exception {
    assertThat(ask("POST", "/api/do/press", here(), "Origin: " + origin + "\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(pressed).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "name=example.lab&type=SOA, example.lab. IN SOA",
    "name=.&type=NS, . IN NS",
    "name=&type=NS, . IN NS",
    "name=b%C3%BCcher.lab, xn--bcher-kva.lab. IN A",
    "name=+example.lab+, example.lab. IN A"
  })
  void aNameIsResolvedAsItWasTyped(String query, String question) throws Exception {
    assertThat(ask("GET", "/api/resolve?" + query, here(), ""))
        .startsWith("HTTP/1.1 200")
        .contains(question);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name=..", "name=a..b", "name=%zz", "name=a.lab&type=NONE"})
  void whatIsNoNameIsRefusedInWords(String query) throws Exception {
    assertThat(ask("GET", "/api/resolve?" + query, here(), "")).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/events", "/api/resolve/example.lab", "/api/transcript/smtp-1"})
  void underANameThatLeadsHereNothingIsTold(String target) throws Exception {
    assertThat(ask("GET", target, "rebound.example:8053", "")).startsWith("HTTP/1.1 403");
  }
}
