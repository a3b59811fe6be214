package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of what proxies say about their clients. */
class ForwardedTest {
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void close() {
    servers.forEach(HttpServer::close);
  }

  private void serve(HttpServer.Builder builder) throws IOException {
    servers.add(builder.start());
  }

  private RawClient client() throws IOException {
    return new RawClient(servers.getLast().address());
  }

  @Test
  void forwardedFieldsAreBelievedFromTrustedAddressesOnly() throws Exception {
    Handler who =
        request ->
            Response.text(
                request.exchange().remote().getAddress().getHostAddress() + " " + request.uri());
    String request =
        "GET / HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "X-Forwarded-For: 203.0.113.7, 127.0.0.9\r\n"
            + "X-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Host: B.example.:443\r\n\r\n";
    serve(HttpServer.builder().handler(who));
    try (var client = client()) {
      assertThat(client.send(request).answer().body()).isEqualTo("127.0.0.1 http://a/");
    }
    serve(HttpServer.builder().handler(who).trust(Cidr.parse("127.0.0.0/8")));
    try (var client = client()) {
      assertThat(client.send(request).answer().body()).isEqualTo("203.0.113.7 https://b.example/");
      client.send(
          "GET / HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Forwarded: for=\"[2001:db8::1]:80\";proto=https;host=c\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo("2001:db8:0:0:0:0:0:1 https://c/");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7|for=203.0.113.7;proto=https|203.0.113.7 https",
        "203.0.113.7|for=6.6.6.6;proto=https|127.0.0.1 http",
        "6.6.6.6|for=\"203.0.113.7:80\", for=127.0.0.2|127.0.0.1 http",
        "203.0.113.7, 127.0.0.2|for=\"203.0.113.7:80\", for=127.0.0.2|203.0.113.7 http",
        "203.0.113.7|for=unknown|127.0.0.1 http",
      })
  void whereTwoFieldsNameDifferentClientsNeitherIsBelieved(
      String custom, String standard, String believed) throws Exception {
    Handler who =
        request ->
            Response.text(
                request.exchange().remote().getAddress().getHostAddress() + " " + request.scheme());
    serve(HttpServer.builder().handler(who).trust(Cidr.parse("127.0.0.0/8")));
    try (var client = client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: "
              + custom
              + "\r\nForwarded: "
              + standard
              + "\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo(believed);
    }
  }
}
