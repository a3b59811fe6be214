package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.webseed.WebSeedLimits;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.Pause;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much web seeds are asked for at a time, and who waits for whom. */
class WebSeedRunTest extends WebSeedFixture {
  private static final int MIB = 1 << 20;

  private final byte[] data = new byte[8 * MIB];
  private Path film;

  @BeforeEach
  void content() throws Exception {
    Seeded.random("runs").nextBytes(data);
    film = Files.write(folder.resolve("film.bin"), data);
  }

  private Torrent leech(WebSeedLimits limits, WebServer... servers) throws Exception {
    return leech(limits, torrent(film), urls(film, servers));
  }

  /** Within the first block, before anything was asked ahead, or within the second. */
  @ParameterizedTest
  @ValueSource(ints = {10_000, 20_000})
  void aRunIsBrokenOffForAReaderAndMakesTheNextNoLonger(int before) throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var askedForReader = new CountDownLatch(1);
    var answerReader = new CountDownLatch(1);
    var server =
        server(
            request -> {
              if (begun.getCount() > 0) {
                begun.countDown();
                return part(request, data.length, new Gated(stream(request, data), before, goOn));
              }
              if (WebServer.range(request)[0] == 7L * MIB && askedForReader.getCount() > 0) {
                askedForReader.countDown();
                await(answerReader);
              }
              return part(request, data);
            });
    var torrent = leech(WebSeedLimits.DEFAULT, server);
    await(begun);
    try (var reader = torrent.read(torrent.files().getFirst(), 7L * MIB, PIECE)) {
      goOn.countDown();
      await(askedForReader);
      assertThat(reader).isNotNull();
    }
    answerReader.countDown();
    assertThat(torrent.await(PATIENCE)).isTrue();
    assertThat(server.asked.get(0)).isEqualTo("/film.bin bytes=0-" + (MIB - 1));
    assertThat(server.asked.get(1))
        .isEqualTo("/film.bin bytes=" + 7 * MIB + "-" + (7 * MIB + PIECE - 1));
    assertThat(WebServer.length(server.asked.get(2).replaceFirst(".*=", "")))
        .as("as long as the first was to be")
        .isLessThanOrEqualTo(MIB);
  }

  /** Content that comes byte by byte, or block by block. */
  private static final class Slow extends InputStream {
    private final InputStream content;
    private final int most;
    private final Duration pause;

    Slow(InputStream content, int most, Duration pause) {
      this.content = content;
      this.most = most;
      this.pause = pause;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Pause.of(pause); // the server's slowness itself
      if (Thread.currentThread().isInterrupted()) throw new InterruptedIOException();
      return content.read(target, offset, Math.min(length, most));
    }
  }

  private Response slowly(Request request, int most, Duration pause) {
    return part(request, data.length, new Slow(stream(request, data), most, pause));
  }

  @Test
  void aServerThatGivesAByteNowAndThenIsLeftAlone() throws Exception {
    var limits = WebSeedLimits.DEFAULT.silence(Duration.ofMillis(400));
    var trickle = server(request -> slowly(request, 1, Duration.ofMillis(20)));
    var torrent = leech(limits, trickle);
    eventually(torrent, () -> torrent.status().webSeeds().getFirst().why().contains("gave only "));
    torrent.close();
  }

  @Test
  void aSlowServerDoesNotKeepAFastOneWaiting() throws Exception {
    var limits = WebSeedLimits.DEFAULT.turns(1, Duration.ofMillis(500));
    var slow = server(request -> slowly(request, 16 * 1024, Duration.ofMillis(200)));
    var fast = server(request -> part(request, data));
    long start = System.nanoTime();
    awaitWhole(leech(limits, slow, fast), film);
    // Its first run alone would take thirteen seconds, all of it more than a hundred.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  /** The first answer ends when the next request is there, and never if it waits for the end. */
  @Test
  @Spec("BEP 19")
  void theNextRunIsAskedForBeforeTheLastIsAllThere() throws Exception {
    var second = new CountDownLatch(1);
    var answering = new AtomicInteger();
    var most = new AtomicInteger();
    var requests = new AtomicInteger();
    var server =
        server(
            request -> {
              most.accumulateAndGet(answering.incrementAndGet(), Math::max);
              boolean first = requests.getAndIncrement() == 0;
              if (!first) {
                second.countDown();
              }
              var content = stream(request, data);
              var body = first ? new Gated(content, MIB * 3 / 4, second) : content;
              return part(request, data.length, new Ending(body, answering::decrementAndGet));
            });
    awaitWhole(leech(WebSeedLimits.DEFAULT, server), film);
    assertThat(most).as("requests at a time").hasValue(2);
    assertThat(server.bytesAsked()).isEqualTo(data.length);
    assertThat(server.connections).hasSizeLessThanOrEqualTo(2);
  }

  /** Content that tells when it is over. */
  private static final class Ending extends FilterInputStream {
    private final Runnable over;

    Ending(InputStream content, Runnable over) {
      super(content);
      this.over = over;
    }

    @Override
    public void close() throws IOException {
      over.run();
      super.close();
    }
  }

  @Test
  @Spec("BEP 19")
  void smallFilesAreAskedForSeveralAtATimeAndNoMoreThanTheLimit() throws Exception {
    var top = Files.createDirectories(folder.resolve("web/top"));
    for (int i = 0; i < 30; i++) {
      Files.write(top.resolve("%02d".formatted(i)), Arrays.copyOfRange(data, i, i + 20_000));
    }
    var files = StaticFiles.of(folder.resolve("web")).build();
    int ahead = WebSeedLimits.DEFAULT.ahead();
    var together = new CountDownLatch(1 + ahead);
    var waiting = new AtomicInteger();
    var most = new AtomicInteger();
    var server =
        server(
            request -> {
              most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
              together.countDown();
              await(together); // nobody is answered before so many have asked
              waiting.decrementAndGet();
              return files.handle(request);
            });
    var torrent = leech(WebSeedLimits.DEFAULT, torrent(top), List.of(server.url("/")));
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(most.get()).isLessThanOrEqualTo(1 + ahead);
    assertThat(server.asked).hasSize(30);
    assertThat(leech().resolve("top/29")).hasSameBinaryContentAs(top.resolve("29"));
  }
}
