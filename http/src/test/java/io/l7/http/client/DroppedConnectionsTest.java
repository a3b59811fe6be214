package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
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

  @Test
  void connectionsThatHaveGrownOldTakeNoPlaceFromOthers() throws Exception {
    var age = Duration.ofMillis(50);
    var limits = ClientLimits.defaults().idle(2, 2, age);
    var servers = new ArrayList<ScriptedServer>();
    try (var client = HttpClient.builder().limits(limits).build()) {
      for (int i = 0; i < 3; i++) {
        servers.add(ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
      }
      long began = System.nanoTime();
      for (ScriptedServer server : servers.subList(0, 2)) {
        client.send(Request.get(server.uri("/"))).body().bytes(10);
      }
      assertThat(client.transport().idleConnections()).isEqualTo(2);
      while (System.nanoTime() - began < age.toNanos() * 2) {
        Thread.onSpinWait();
      }
      client.send(Request.get(servers.get(2).uri("/"))).body().bytes(10);
      assertThat(client.transport().idleConnections()).isEqualTo(1);
      assertThat(client.transport().idleOrigins()).isEqualTo(1);
    } finally {
      for (ScriptedServer server : servers) {
        server.close();
      }
    }
  }

  /** A server that has all may answer before the sender is back from its last write. */
  @Test
  void anAnswerThatCrossesTheLastOctetsCostsNoConnection() throws Exception {
    var answered = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                c -> {
                  while (!c.request().isEmpty()) {
                    c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    answered.countDown();
                  }
                });
        var client = HttpClient.create()) {
      byte[] content = new byte[200_000];
      Body.Writer writer =
          out -> {
            out.write(content);
            out.flush();
            awaitQuietly(answered);
          };
      var body = new Body.Written(writer, OptionalLong.of(content.length), () -> Fields.EMPTY);
      Request put = Request.get(server.uri("/")).withMethod(Method.PUT).withBody(body);
      assertThat(client.send(put).body().text(10)).isEqualTo("ok");
      assertThat(client.transport().idleConnections()).isEqualTo(1);
    }
  }

  /** And lets the answer be read first. */
  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
      long began = System.nanoTime();
      while (System.nanoTime() - began < 20_000_000) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
