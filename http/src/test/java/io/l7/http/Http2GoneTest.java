package io.l7.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.client.ScriptedServer;
import io.l7.http.events.EventStream;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.h2.PeerSettings;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.proxy.ReverseProxy;
import io.l7.http.testkit.Http2Client;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler hears that its client has left, whatever it waits for. */
class Http2GoneTest {
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private @Nullable HttpServer server;

  /** How a client leaves. */
  enum Leaving {
    BY_RESET {
      @Override
      void leave(Http2Client client, HttpServer server) throws IOException {
        client.frames().rstStream(1, ErrorCode.CANCEL);
        client.flush();
        client.settle();
      }
    },
    BY_FAULT {
      @Override
      void leave(Http2Client client, HttpServer server) throws IOException {
        client.raw(8, 0, 1, new byte[4]).flush();
      }
    },
    BY_ENDING_THE_CONNECTION {
      @Override
      void leave(Http2Client client, HttpServer server) throws IOException {
        client.close();
      }
    },
    BY_OUR_END {
      @Override
      void leave(Http2Client client, HttpServer server) {
        server.drain(Duration.ofMillis(1));
      }
    };

    abstract void leave(Http2Client client, HttpServer server) throws IOException;
  }

  private HttpServer start(Handler handler) throws IOException {
    server = HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
    return server;
  }

  @AfterEach
  void stop() {
    go.countDown();
    requireNonNull(server).close();
  }

  private void assertHeard(String what) throws InterruptedException {
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(what);
  }

  @ParameterizedTest
  @EnumSource
  @Spec("RFC 9113 §5.1")
  void aHandlerThatOnlyWaitsIsInterruptedWhereItWantsToBe(Leaving way) throws Exception {
    var at =
        start(
            request -> {
              try (var _ = request.exchange().interruptedWhenGone()) {
                heard.add("waits");
                go.await();
              } catch (InterruptedException e) {
                heard.add("interrupted");
                throw e;
              }
              return Response.text("");
            });
    try (var client = Http2Client.connect(at.address())) {
      client.get(1, "/");
      assertHeard("waits");
      way.leave(client, at);
      assertHeard("interrupted");
    }
  }

  @Test
  void behindItsScopeAThreadIsNotInterruptedAndTheTaskIsRunOnce() throws Exception {
    var left = new CountDownLatch(1);
    var at =
        start(
            request -> {
              try (var _ = request.exchange().whenGone(() -> heard.add("never"))) {
                heard.add("inside");
              }
              try (var _ = request.exchange().interruptedWhenGone()) {
                heard.add("inside");
              }
              try (var _ = request.exchange().whenGone(left::countDown)) {
                assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
              }
              heard.add("interrupted: " + Thread.interrupted());
              try (var _ = request.exchange().interruptedWhenGone()) {
                go.await();
              } catch (InterruptedException e) {
                heard.add("at once, as it is known");
              }
              heard.add("still interrupted: " + Thread.interrupted());
              return Response.text("");
            });
    try (var client = Http2Client.connect(at.address())) {
      client.get(1, "/");
      assertHeard("inside");
      assertHeard("inside");
      Leaving.BY_RESET.leave(client, at);
      assertHeard("interrupted: false");
      assertHeard("at once, as it is known");
      assertHeard("still interrupted: false");
      assertThat(heard).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eventsThatPauseEnd(Leaving way) throws Exception {
    var at =
        start(
            request ->
                EventStream.response(
                    events -> {
                      heard.add("pauses");
                      heard.add("goes on: " + events.pause(Duration.ofSeconds(20)));
                    }));
    try (var client = Http2Client.connect(at.address())) {
      client.get(1, "/").head(1);
      assertHeard("pauses");
      way.leave(client, at);
      assertHeard("goes on: false");
    }
  }

  @Test
  void whoReadsContentThatDoesNotComeIsTold() throws Exception {
    var at =
        start(
            request -> {
              try {
                heard.add("reads");
                return Response.text(request.body().text(100));
              } catch (IOException e) {
                heard.add("told");
                throw e;
              }
            });
    try (var client = Http2Client.connect(at.address())) {
      client.request(1, "POST", "/", End.NOT_YET).flush();
      assertHeard("reads");
      Leaving.BY_RESET.leave(client, at);
      assertHeard("told");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 9\r\n\r\nbegun"})
  void anUpstreamIsLeftAtOnceAndIsNotToBlame(String answer) throws Exception {
    ScriptedServer.Script script =
        connection -> {
          connection.wholeRequest();
          connection.say(answer);
          heard.add("asked");
          heard.add("left: " + connection.wholeRequest().isEmpty());
        };
    try (var upstream = new ScriptedServer(script);
        var client = HttpClient.builder().build();
        var proxy =
            ReverseProxy.over(client.transport())
                .upstream(URI.create("http://127.0.0.1:" + upstream.port()))
                .build()) {
      var at = start(proxy);
      try (var browser = Http2Client.connect(at.address())) {
        browser.get(1, "/");
        assertHeard("asked");
        if (!answer.isEmpty()) {
          while (browser.of(1).body().length() < 5) {
            assertThat(browser.next()).isPresent();
          }
        }
        Leaving.BY_RESET.leave(browser, at);
        assertHeard("left: true");
        while (proxy.active() > 0) {
          browser.settle();
        }
        assertThat(proxy.up()).isEqualTo(1);
      }
    }
  }

  @Test
  void anInterruptNeverMeetsAWriteThatOthersShare() throws Exception {
    var at =
        start(
            request ->
                Response.stream(
                    "a/b",
                    out -> {
                      try (var _ = request.exchange().interruptedWhenGone()) {
                        while (!request.path().equals("/short")) {
                          out.write(new byte[16_384]);
                          heard.offer("written");
                        }
                      } finally {
                        heard.add("over");
                      }
                    }));
    try (var client =
        Http2Client.connect(
            at.address(), PeerSettings.INITIAL_WINDOW_SIZE, (long) Integer.MAX_VALUE)) {
      client.holdingWindows().frames().windowUpdate(0, Integer.MAX_VALUE - 65_535);
      client.get(1, "/endless");
      while (heard.poll(500, TimeUnit.MILLISECONDS) != null) {} // until the client's socket is full
      client.frames().rstStream(1, ErrorCode.CANCEL);
      client.flush();
      assertThat(heard.poll(500, TimeUnit.MILLISECONDS)).as("it stays in its write").isNull();
      assertThat(client.get(3, "/short").answer(3).status).isEqualTo(200);
      do {} while (!requireNonNull(heard.poll(10, TimeUnit.SECONDS)).equals("over"));
    }
  }
}
