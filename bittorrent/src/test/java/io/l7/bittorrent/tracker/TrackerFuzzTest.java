package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.AddressBits;
import io.l7.common.net.DatagramBurst;
import io.l7.common.net.Endpoint;
import io.l7.common.net.UdpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What strangers send to a tracker, of any shape: an answer, a refusal or silence. */
@TestInstance(Lifecycle.PER_CLASS)
class TrackerFuzzTest {
  private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 6969);
  private static final long CLIENT = AddressBits.mapped(0x7f000005);
  private static final long MAGIC = 0x41727101980L;

  private final ConnectionIds ids =
      new ConnectionIds(TrackerLimits.DEFAULT, () -> 0, new SplittableRandom(1));
  private final FedPort port = new FedPort();
  private UdpServer server;

  @BeforeAll
  void start() throws Exception {
    var store = new SwarmStore(TrackerLimits.DEFAULT, () -> 0, new SplittableRandom(2));
    var counters = TrackerCounters.of(new Metrics(), store);
    var tracker =
        new UdpTracker(store, TrackerLimits.DEFAULT, ids, AllowList::everything, counters);
    server =
        UdpServer.named("fuzzed")
            .bind(Endpoint.of(HERE))
            .network(new OneBurst(port, HERE))
            .start(
                datagram -> {
                  try {
                    tracker.handle(datagram);
                  } catch (IOException | RuntimeException | Error e) {
                    port.asked.failed = Optional.of(e);
                  }
                });
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @FuzzTest(maxDuration = "5s")
  void aDatagramIsAnsweredInProportionToWhatIsProven(byte[] in) throws Exception {
    var strange = ask(in);
    boolean connects =
        in.length >= 16
            && ByteBuffer.wrap(in).getLong() == MAGIC
            && ByteBuffer.wrap(in).getInt(8) == 0;
    assertThat(strange).hasSize(connects ? 1 : 0).allMatch(answer -> answer.length == 16);

    if (in.length >= 16) {
      var proven = ByteBuffer.wrap(in.clone());
      proven.putLong(0, ids.issue(0, CLIENT));
      var answers = ask(proven.array());
      assertThat(answers).hasSize(proven.getInt(8) == 0 ? 0 : 1);
      for (var answer : answers) {
        assertThat(answer.length).isBetween(8, 1_472);
        assertThat(ByteBuffer.wrap(answer).getInt(0)).isBetween(1, 3);
        assertThat(ByteBuffer.wrap(answer).getInt(4)).isEqualTo(proven.getInt(12));
      }
    }
  }

  private List<byte[]> ask(byte[] packet) throws Exception {
    var question = new Question(packet);
    port.questions.add(question);
    var answers = question.answers.get(10, TimeUnit.SECONDS);
    assertThat(question.failed).isEmpty();
    return answers;
  }

  @FuzzTest(maxDuration = "5s")
  void aQueryIsReadOrRefused(byte[] in) throws Exception {
    try {
      var query = AnnounceQuery.parse(new String(in, StandardCharsets.ISO_8859_1));
      assertThat(query.infoHashes()).allMatch(hash -> hash.bytes().length == 20);
      assertThat(query.number("port", 65_535).orElse(0L)).isBetween(0L, 65_535L);
      assertThat(query.number("left", Long.MAX_VALUE).orElse(0L)).isNotNegative();
      assertThat(query.twentyBytes("peer_id")).hasSize(20);
    } catch (AnnounceQuery.Refused e) {
      assertThat(e.reason()).isNotEmpty();
    }
    var escaped = new StringBuilder("v=");
    for (byte b : in) {
      escaped.append('%').append(Character.forDigit(b >> 4 & 15, 16));
      escaped.append(Character.forDigit(b & 15, 16));
    }
    assertThat(AnnounceQuery.parse(escaped.toString()).text("v"))
        .contains(new String(in, StandardCharsets.ISO_8859_1));
  }

  /** A datagram, and what came back by the time the tracker asks for the next. */
  private static final class Question {
    private final byte[] packet;
    private final List<byte[]> sent = new ArrayList<>();
    private final CompletableFuture<List<byte[]>> answers = new CompletableFuture<>();
    private Optional<Throwable> failed = Optional.empty();

    Question(byte[] packet) {
      this.packet = packet;
    }
  }

  /** A port into which questions are put by hand. */
  private static final class FedPort implements DatagramBurst {
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private Question asked = new Question(new byte[0]);
    private volatile boolean closed;

    @Override
    public int receive() throws IOException {
      asked.answers.complete(asked.sent);
      try {
        asked = questions.take();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new SocketException("closed");
      }
      if (closed) {
        throw new SocketException("closed");
      }
      return 1;
    }

    @Override
    public int copy(int index, byte[] target) {
      int length = Math.min(asked.packet.length, target.length);
      System.arraycopy(asked.packet, 0, target, 0, length);
      return length;
    }

    @Override
    public InetSocketAddress from(int index) {
      return new InetSocketAddress("127.0.0.5", 5_000);
    }

    @Override
    public long fromUpper(int index) {
      return 0;
    }

    @Override
    public long fromLower(int index) {
      return CLIENT;
    }

    @Override
    public void reply(int index, byte[] source, int offset, int length) {
      var answer = new byte[length];
      System.arraycopy(source, offset, answer, 0, length);
      asked.sent.add(answer);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      closed = true;
      questions.add(new Question(new byte[0]));
    }
  }
}
