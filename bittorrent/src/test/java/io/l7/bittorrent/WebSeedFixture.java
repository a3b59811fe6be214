package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.webseed.WebSeedLimits;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;

/** Web servers, what they have, and a torrent that comes from them into {@code leech}. */
abstract class WebSeedFixture extends Closing {
  static final Duration PATIENCE = Duration.ofSeconds(40);
  static final int PIECE = 64 * 1024;

  @TempDir Path folder;

  WebServer server(Handler handler) throws Exception {
    return opened(new WebServer(handler));
  }

  Path leech() {
    return folder.resolve("leech");
  }

  static Metainfo torrent(Path content) throws Exception {
    return Metainfo.parse(MetainfoCreator.of(content).pieceLength(PIECE).create(_ -> {}));
  }

  Torrent leech(WebSeedLimits limits, Metainfo metainfo, List<String> urls) throws Exception {
    return opened(Peer.builder().limits(PeerLimits.DEFAULT.webSeeds(limits)).start())
        .add(TorrentSpec.of(metainfo, leech()).webSeeds(urls));
  }

  /** The URLs of a single file. */
  static List<String> urls(Path file, WebServer... servers) {
    return Arrays.stream(servers).map(s -> s.url("/" + file.getFileName())).toList();
  }

  /** The answer that is right, as {@code content} has it. */
  static Response part(Request request, byte[] content) {
    return part(request, content.length, stream(request, content));
  }

  /** The bytes that are asked for. */
  static InputStream stream(Request request, byte[] content) {
    var range = WebServer.range(request);
    return new ByteArrayInputStream(content, (int) range[0], (int) (range[1] - range[0] + 1));
  }

  /** The same, as it comes. */
  static Response part(Request request, int length, InputStream content) {
    var range = WebServer.range(request);
    return Response.of(
            Status.PARTIAL_CONTENT, Fields.EMPTY, Body.of(content, range[1] - range[0] + 1))
        .with("Content-Range", "bytes " + range[0] + "-" + range[1] + "/" + length);
  }

  static void eventually(Torrent torrent, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as(() -> torrent.status().toString()).isNegative();
      Thread.onSpinWait();
    }
  }

  /** It is whole, as {@code file} is. */
  void awaitWhole(Torrent torrent, Path file) throws Exception {
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(leech().resolve(file.getFileName())).hasBinaryContent(Files.readAllBytes(file));
  }

  static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** Content that stops behind so many bytes until the latch is opened. */
  static final class Gated extends InputStream {
    private final InputStream content;
    private final CountDownLatch gate;
    private int free;

    Gated(InputStream content, int free, CountDownLatch gate) {
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
}
