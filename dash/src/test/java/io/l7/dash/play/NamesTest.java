package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers of DNS while a film is played: the edge's name gets another address, or none. */
class NamesTest {
  /** Room for two segments: time passes between requests, so that the name is looked up again. */
  private static final Duration BUFFER = Duration.ofSeconds(2);

  private static final int CHANGE_AT = 6;

  @TempDir Path folder = Path.of("");

  private final AtomicReference<List<String>> answer = new AtomicReference<>(List.of());
  private final AtomicInteger old = new AtomicInteger();
  private final AtomicInteger fresh = new AtomicInteger();
  private Path packed = Path.of("");

  private HostResolver names() {
    return host -> {
      if (answer.get().isEmpty()) {
        throw new UnknownHostException(host);
      }
      return answer.get().stream().map(NamesTest::address).toList();
    };
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Handler counting(AtomicInteger count, List<String> then) {
    return request -> {
      if (request.path().endsWith(".m4s") && count.incrementAndGet() == CHANGE_AT) {
        answer.set(then);
      }
      return TestFilm.files(packed).handle(request);
    };
  }

  private static HttpServer serve(String address, int port, Handler handler) throws IOException {
    return HttpServer.builder().listen(new Endpoint(address, port)).handler(handler).start();
  }

  private PlayReport play(HttpServer server) throws Exception {
    packed = TestFilm.packLong(folder, List.of());
    try (var client = HttpClient.builder().names(names()).build()) {
      int port = server.address().getPort();
      return Player.of(URI.create("http://edge.example:" + port + "/manifest.mpd"))
          .client(client)
          .buffer(BUFFER)
          .pace(PlayClock.Pace.FAST)
          .play();
    }
  }

  @Test
  void aNameThatGetsAnotherAddressIsFollowedWithinASegment() throws Exception {
    answer.set(List.of("127.0.0.1"));
    try (var first = serve("127.0.0.1", 0, counting(old, List.of("127.0.0.2")));
        var second =
            serve("127.0.0.2", first.address().getPort(), counting(fresh, List.of("127.0.0.2")))) {
      var report = play(first);
      assertThat(report.stalls()).isZero();
      assertThat(old.get()).as("segments of the old address").isBetween(CHANGE_AT, CHANGE_AT + 1);
      assertThat(old.get() + fresh.get()).isEqualTo(24);
      assertThat(second.addresses()).hasSize(1);
    }
  }

  @Test
  void aResolverThatDiesLeavesTheConnectionAsItIs() throws Exception {
    answer.set(List.of("127.0.0.1"));
    try (var server = serve("127.0.0.1", 0, counting(old, List.of()))) {
      var report = play(server);
      assertThat(report.stalls()).isZero();
      assertThat(old.get()).isEqualTo(24);
    }
  }

  @Test
  void ofADeadAndALiveAddressTheLiveOneIsUsed() throws Exception {
    answer.set(List.of("127.0.0.9", "127.0.0.1"));
    try (var server = serve("127.0.0.1", 0, counting(old, List.of("127.0.0.9", "127.0.0.1")))) {
      var report = play(server);
      assertThat(report.stalls()).isZero();
      assertThat(old.get()).isEqualTo(24);
    }
  }
}
