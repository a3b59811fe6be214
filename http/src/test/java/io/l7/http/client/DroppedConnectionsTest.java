package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Kept connections to a host are left when its name has changed its addresses. */
class DroppedConnectionsTest {
  @Test
  void afterIdleConnectionsAreDroppedTheNameIsLookedUpAgain() throws Exception {
    var connections = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                c -> {
                  connections.incrementAndGet();
                  while (true) {
                    c.request();
                    c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  }
                });
        var client = HttpClient.create()) {
      for (int i = 0; i < 2; i++) {
        client.send(Request.get(server.uri("/"))).body().bytes(10);
      }
      assertThat(connections).hasValue(1);
      client.transport().dropIdle("other.example");
      assertThat(client.transport().idleConnections()).isEqualTo(1);
      client.transport().dropIdle("127.0.0.1");
      assertThat(client.transport().idleConnections()).isZero();
      client.send(Request.get(server.uri("/"))).body().bytes(10);
      assertThat(connections).hasValue(2);
    }
  }
}
