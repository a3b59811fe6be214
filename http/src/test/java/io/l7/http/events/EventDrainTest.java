package io.l7.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Handler;
import io.l7.http.proxy.ReverseProxy;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams without an end of their own, when their server wants to stop. */
class EventDrainTest {
  private static final String ASKS =
      "GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n";

  private final CompletableFuture<Boolean> over = new CompletableFuture<>();
  private final CountDownLatch begun = new CountDownLatch(1);

  private static CompletableFuture<Void> drain(HttpServer server) {
    return CompletableFuture.runAsync(
        () -> server.drain(Duration.ofSeconds(30)), work -> Thread.ofVirtual().start(work));
  }

  private void endsWithADrain(EventStream.Source source, String said) throws Exception {
    Handler handler =
        _ ->
            EventStream.response(
                events -> {
                  try {
                    source.send(events);
                  } finally {
                    over.complete(true);
                  }
                });
    try (var server = HttpServer.builder().handler(handler).start();
        var client = new RawClient(server.address())) {
      client.send(ASKS);
      begun.await();
      var drained = drain(server);
      assertThat(client.answer().body()).isEqualTo(said); // with the chunk that ends it
      assertThat(client.rest()).isEmpty();
      client.close(); // or the server would listen on for a while
      drained.get(5, TimeUnit.SECONDS);
      assertThat(over.get(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aStreamThatPausesEndsAtOnce() throws Exception {
    endsWithADrain(
        events -> {
          do {
            events.send("tick");
            begun.countDown();
          } while (events.pause(Duration.ofMinutes(1)));
        },
        "data: tick\n\n");
  }

  @Test
  void aStreamThatSendsEndsAtItsNextEvent() throws Exception {
    var ending = new CountDownLatch(1);
    endsWithADrain(
        events -> {
          events.send("first");
          events.whenEnding(ending::countDown);
          begun.countDown();
          ending.await();
          events.send("second");
          throw new AssertionError("nothing is sent any more");
        },
        "data: first\n\n");
  }

  @Test
  void aStreamThatWaitsForSomethingElseHearsOfIt() throws Exception {
    var queue = new LinkedBlockingQueue<String>();
    endsWithADrain(
        events -> {
          events.whenEnding(() -> queue.add("bye"));
          begun.countDown();
          events.comment(queue.take());
        },
        "");
  }

  @Test
  void aStreamThatBeginsWhileTheServerStopsEndsAtOnce() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Handler late =
        _ -> {
          entered.countDown();
          go.await();
          return EventStream.response(events -> over.complete(!events.pause(Duration.ofHours(1))));
        };
    try (var server = HttpServer.builder().handler(late).start();
        var client = new RawClient(server.address());
        var idle = new RawClient(server.address())) {
      client.send(ASKS);
      entered.await();
      var drained = drain(server);
      assertThat(idle.rest()).isEmpty();
      go.countDown();
      assertThat(client.answer().body()).isEmpty();
      client.close(); // or the server would listen on for a while
      drained.get(5, TimeUnit.SECONDS);
      assertThat(over.get(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET,text/event-stream,true", "GET,*/*,false", "POST,text/event-stream,false"})
  void whatABrowserListensToThroughTheProxyEndsBehindAnEvent(
      String method, String accept, boolean ends) throws Exception {
    var more = new CountDownLatch(1);
    var last = new CountDownLatch(1);
    var upstream =
        new ScriptedServer(
            c -> {
              c.request();
              c.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
              c.say("data: 1\r\n\r\ndata: ");
              begun.countDown();
              await(more);
              c.say("2\r\n\r\n");
              await(last);
              c.say("data: 3\r\n\r\n");
            });
    try (upstream;
        var outward = HttpClient.builder().build();
        var proxy =
            ReverseProxy.over(outward.transport()).upstream(URI.create(upstream.uri(""))).build();
        var server = HttpServer.builder().handler(proxy).start();
        var client = new RawClient(server.address());
        var idle = new RawClient(server.address())) {
      client.send(ASKS.replace("GET", method).replace("text/event-stream", accept));
      begun.await();
      var drained = drain(server);
      assertThat(idle.rest()).isEmpty(); // all connections have heard of the drain
      more.countDown();
      if (!ends) {
        last.countDown();
      }
      assertThat(client.answer().body())
          .isEqualTo("data: 1\r\n\r\ndata: 2\r\n\r\n" + (ends ? "" : "data: 3\r\n\r\n"));
      client.close(); // or the server would listen on for a while
      drained.get(5, TimeUnit.SECONDS);
      last.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
