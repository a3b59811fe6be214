package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.webseed.WebSeedLimits;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.Pause;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much web seeds are asked for at a time, and who waits for whom. */
class WebSeedRunTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int PIECE = 64 * 1024;
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final byte[] data = new byte[8 * MIB];
  private Metainfo metainfo;

  @BeforeEach
  void content() throws Exception {
    Seeded.random("runs").nextBytes(data);
    var film = Files.write(folder.resolve("film.bin"), data);
    metainfo = Metainfo.parse(MetainfoCreator.of(film).pieceLength(PIECE).create(_ -> {}));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private WebServer server(Handler handler) throws Exception {
    return opened(new WebServer(handler));
  }

  private Torrent leech(WebSeedLimits limits, WebServer... servers) throws Exception {
    var urls = Arrays.stream(servers).map(s -> s.url("/film.bin")).toList();
    return opened(Peer.builder().limits(PeerLimits.DEFAULT.webSeeds(limits)).start())
        .add(TorrentSpec.of(metainfo, folder.resolve("leech")).webSeeds(urls));
  }

  private Response part(Request request) {
    var range = WebServer.range(request);
    int length = (int) (range[1] - range[0] + 1);
    return part(request, new ByteArrayInputStream(data, (int) range[0], length));
  }

  private Response part(Request request, InputStream content) {
    var range = WebServer.range(request);
    return Response.of(
            Status.PARTIAL_CONTENT, Fields.EMPTY, Body.of(content, range[1] - range[0] + 1))
        .with("Content-Range", "bytes " + range[0] + "-" + range[1] + "/" + data.length);
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("patience").isNegative();
      Thread.onSpinWait();
    }
  }

  /** Content that stops behind so many bytes until the latch is opened. */
  private static final class Gated extends InputStream {
    private final ByteArrayInputStream content;
    private final CountDownLatch gate;
    private int free;

    Gated(ByteArrayInputStream content, int free, CountDownLatch gate) {
      this.content = content;
      this.free = free;
      this.gate = gate;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (free == 0) {
        await(gate);
        free = Integer.MAX_VALUE;
      }
      int count = content.read(target, offset, Math.min(length, free));
      free -= Math.max(0, count);
      return count;
    }
  }

  @Test
  void aRunThatWasBrokenOffForAReaderMakesTheNextNoLonger() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var askedForReader = new CountDownLatch(1);
    var answerReader = new CountDownLatch(1);
    var server =
        server(
            request -> {
              var range = WebServer.range(request);
              if (begun.getCount() > 0) {
                begun.countDown();
                int length = (int) (range[1] - range[0] + 1);
                var content = new ByteArrayInputStream(data, (int) range[0], length);
                return part(request, new Gated(content, 20_000, goOn));
              }
              if (askedForReader.getCount() > 0) {
                askedForReader.countDown();
                await(answerReader);
              }
              return part(request);
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
    var range = WebServer.range(request);
    int length = (int) (range[1] - range[0] + 1);
    return part(
        request, new Slow(new ByteArrayInputStream(data, (int) range[0], length), most, pause));
  }

  @Test
  void aServerThatGivesAByteNowAndThenIsLeftAlone() throws Exception {
    var limits = WebSeedLimits.DEFAULT.silence(Duration.ofMillis(400));
    var trickle = server(request -> slowly(request, 1, Duration.ofMillis(20)));
    var torrent = leech(limits, trickle);
    eventually(() -> torrent.status().webSeeds().getFirst().why().contains("gave only "));
    torrent.close();
  }

  @Test
  void aSlowServerDoesNotKeepAFastOneWaiting() throws Exception {
    var limits = WebSeedLimits.DEFAULT.turns(1, Duration.ofMillis(500));
    var slow = server(request -> slowly(request, 16 * 1024, Duration.ofMillis(200)));
    var fast = server(this::part);
    long start = System.nanoTime();
    assertThat(leech(limits, slow, fast).await(PATIENCE)).isTrue();
    assertThat(folder.resolve("leech/film.bin")).hasBinaryContent(data);
    // Its first run alone would take thirteen seconds, all of it more than a hundred.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
