package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.peer.TorrentState;
import io.l7.bittorrent.webseed.WebSeedLimits;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Web servers that lie, break off, are silent, busy, or do not have what they should. */
class WebSeedTroubleTest extends WebSeedFixture {
  private static final int LENGTH = 300_000;

  private byte[] data = new byte[0];
  private Path web;
  private Path film;

  @BeforeEach
  void content() throws Exception {
    web = Files.createDirectories(folder.resolve("web"));
    data = new byte[LENGTH];
    Seeded.random("trouble").nextBytes(data);
    film = Files.write(web.resolve("film.bin"), data);
  }

  private Torrent leech(Metainfo metainfo, String... urls) throws Exception {
    var limits =
        WebSeedLimits.DEFAULT
            .rests(Duration.ofMillis(10), Duration.ofSeconds(20))
            .silence(Duration.ofMillis(400));
    return leech(limits, metainfo, List.of(urls));
  }

  private Torrent leech(WebServer... servers) throws Exception {
    return leech(torrent(film), urls(film, servers).toArray(String[]::new));
  }

  private void awaitWhole(Torrent torrent) throws Exception {
    awaitWhole(torrent, film);
    assertThat(torrent.status().state()).isEqualTo(new TorrentState.Seeding());
  }

  /** What a server can answer that cannot be true. */
  enum Lie {
    WHOLE_FOR_A_RANGE("answers with the whole file to a request for a range") {
      @Override
      Response answer(Response right, byte[] data) {
        return Response.ok("video/mp4", Body.of(data));
      }
    },
    ANOTHER_RANGE("and answers bytes 1-10/" + LENGTH) {
      @Override
      Response answer(Response right, byte[] data) {
        return right.with("Content-Range", "bytes 1-10/" + LENGTH);
      }
    },
    NO_RANGE("and answers none") {
      @Override
      Response answer(Response right, byte[] data) {
        return Response.of(Status.PARTIAL_CONTENT, Fields.EMPTY, Body.of(new byte[5]));
      }
    },
    ANOTHER_LENGTH_OF_ALL("/" + LENGTH + 1) {
      @Override
      Response answer(Response right, byte[] data) {
        return right.with("Content-Range", right.field("Content-Range").orElseThrow() + 1);
      }
    },
    FEWER_BYTES("bytes for") {
      @Override
      Response answer(Response right, byte[] data) {
        return Response.of(Status.PARTIAL_CONTENT, Fields.EMPTY, Body.of(new byte[5]))
            .with("Content-Range", right.field("Content-Range").orElseThrow());
      }
    },
    FEWER_BYTES_IN_CHUNKS("ends early") {
      @Override
      Response answer(Response right, byte[] data) {
        return Response.of(
                Status.PARTIAL_CONTENT,
                Fields.EMPTY,
                Body.of(new ByteArrayInputStream(data, 0, 50)))
            .with("Content-Range", right.field("Content-Range").orElseThrow());
      }
    },
    ENCODED("sends the content encoded as gzip") {
      @Override
      Response answer(Response right, byte[] data) {
        return right.with("Content-Encoding", "gzip");
      }
    },
    SHORTER_THAN_THE_TORRENT_SAYS("its film.bin is not as long as it is") {
      @Override
      Response answer(Response right, byte[] data) {
        return Response.error(Status.RANGE_NOT_SATISFIABLE);
      }
    };

    private final String words;

    Lie(String words) {
      this.words = words;
    }

    abstract Response answer(Response right, byte[] data);
  }

  @ParameterizedTest
  @EnumSource
  @Spec({"BEP 19", "RFC 9110 §14.4"})
  void aServerThatLiesIsAskedThreeTimesAndAnotherGivesAllOfIt(Lie lie) throws Exception {
    var liar = server(request -> lie.answer(part(request, data), data));
    // Some of it is there, so that no request is for the whole.
    Files.write(
        Files.createDirectories(folder.resolve("leech")).resolve("film.bin"),
        Arrays.copyOf(data, PIECE));
    var torrent = leech(liar);
    eventually(
        torrent,
        () ->
            torrent.status().webSeeds().stream()
                .allMatch(line -> line.why().startsWith("is not asked again: ")));
    assertThat(why(torrent)).contains(lie.words);
    assertThat(liar.asked).hasSize(3);
    torrent.close();
    awaitWhole(leech(liar, opened(WebServer.of(web))));
    assertThat(liar.asked).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  @Spec("BEP 19")
  void aServerWhoseBytesHaveAnotherHashIsNotAskedAgain() throws Exception {
    var other = data.clone();
    for (int i = 0; i < LENGTH; i += 1_000) {
      other[i]++;
    }
    var liar = server(request -> part(request, other));
    var torrent = leech(liar);
    eventually(torrent, () -> why(torrent).contains("sent the whole of corrupt"));
    assertThat(torrent.status().verified()).isZero();
    torrent.close();
    awaitWhole(leech(liar, opened(WebServer.of(web))));
  }

  @Test
  void whyAServerIsNotAskedAgainStandsWhateverElseItSends() throws Exception {
    var other = new byte[LENGTH];
    var goOn = new CountDownLatch(1);
    var liar =
        server(
            request -> part(request, LENGTH, new Gated(stream(request, other), LENGTH / 2, goOn)));
    var torrent = leech(WebSeedLimits.DEFAULT, torrent(film), urls(film, liar));
    var why = "is not asked again: sent the whole of corrupt piece ";
    eventually(torrent, () -> why(torrent).startsWith(why));
    goOn.countDown();
    eventually(torrent, () -> torrent.status().webSeeds().getFirst().view().isEmpty());
    assertThat(why(torrent)).startsWith(why);
  }

  private static String why(Torrent torrent) {
    return torrent.status().webSeeds().getFirst().why();
  }

  @Test
  @Spec({"RFC 9110 §15.6.4", "RFC 9110 §10.2.3"})
  void aBusyServerIsAskedAgainWhenItSays() throws Exception {
    var count = new AtomicInteger();
    var files = StaticFiles.of(web).build();
    var server =
        server(
            request ->
                count.getAndIncrement() == 0
                    ? Response.error(Status.SERVICE_UNAVAILABLE).with("Retry-After", "1")
                    : files.handle(request));
    long start = System.nanoTime();
    var torrent = leech(server);
    WebSeedTest.awaitWords(torrent, "answers 503 Service Unavailable; asked again in 1 s");
    awaitWhole(torrent);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void whatASilentServerOrOneThatBreaksOffHasGivenIsKept() throws Exception {
    var count = new AtomicInteger();
    var server =
        server(
            request -> {
              int turn = count.getAndIncrement();
              var right = part(request, data);
              var range = WebServer.range(request);
              int length = (int) (range[1] - range[0] + 1);
              if (turn > 1) {
                return right;
              }
              var some = new ByteArrayInputStream(data, (int) range[0], PIECE + 1);
              // First it breaks off, then it falls silent.
              var body =
                  turn == 0
                      ? Body.of(some, length)
                      : Body.of(new SequenceInputStream(some, new Silence()), length);
              return Response.of(Status.PARTIAL_CONTENT, right.fields(), body);
            });
    var torrent = leech(server);
    awaitWhole(torrent);
    assertThat(count.get()).isGreaterThanOrEqualTo(3);
    assertThat(torrent.status().received()).isEqualTo(LENGTH);
  }

  /** Content that never comes; ends with the server. */
  private static final class Silence extends InputStream {
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }

    @Override
    public int read() throws IOException {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
      return -1;
    }
  }

  @Test
  @Spec("BEP 19")
  void aFileThatIsNotThereIsFetchedElsewhereAndTheOthersFromHere() throws Exception {
    var top = Files.createDirectories(folder.resolve("full/top"));
    Files.write(top.resolve("a"), Arrays.copyOf(data, 2 * PIECE));
    Files.write(top.resolve("b"), Arrays.copyOfRange(data, PIECE, 3 * PIECE));
    var part = Files.createDirectories(web.resolve("top"));
    Files.copy(top.resolve("b"), part.resolve("b"));
    var half = opened(WebServer.of(web));
    var metainfo = torrent(top);
    var torrent = leech(metainfo, half.url("/"));
    eventually(
        torrent,
        () -> torrent.status().verified() >= 2 && why(torrent).contains("top/a: answers 404"));
    assertThat(torrent.verified().get(2)).isTrue();
    assertThat(torrent.verified().get(3)).isTrue();
    Files.copy(top.resolve("a"), part.resolve("a")); // the mirror catches up
    assertThat(torrent.await(PATIENCE)).as(() -> torrent.status().toString()).isTrue();
    assertThat(folder.resolve("leech/top/a")).hasSameBinaryContentAs(top.resolve("a"));
  }
}
