package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.metrics.Metrics;
import io.l7.common.time.VirtualTime;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What strangers send to a node of the DHT, of any shape: an answer, an error or silence. */
class KrpcFuzzTest {
  private static final InetSocketAddress HERE = new InetSocketAddress("11.1.1.1", 5_000);
  private static final InetSocketAddress THERE = new InetSocketAddress("12.1.1.1", 4_000);

  @FuzzTest(maxDuration = "5s")
  void aMessageThatIsReadIsReadAgainAsItIsWritten(byte[] in) throws Exception {
    Krpc message;
    try {
      message = KrpcReader.read(in);
    } catch (KrpcException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    assertThat(KrpcReader.read(KrpcWriter.write(message))).isEqualTo(message);
  }

  @FuzzTest(maxDuration = "5s")
  void aDatagramIsAnsweredOnceAndInProportion(byte[] in) throws Exception {
    var time = new VirtualTime();
    var sent = new ArrayList<byte[]>();
    var transport =
        new DhtTransport() {
          @Override
          public void send(byte[] datagram, InetSocketAddress to) {
            assertThat(to).isEqualTo(THERE);
            sent.add(datagram);
          }

          @Override
          public InetSocketAddress address() {
            return HERE;
          }
        };
    var random = new SplittableRandom(1);
    var counters = DhtCounters.of(new Metrics());
    var dialogues = new Dialogues(_ -> {}, time.clock(), transport);
    var world = new DhtNode.World(time, random, transport, counters, dialogues, new Object());
    try (var node = new DhtNode(DhtLimits.DEFAULT, Krpc.Standing.FULL, Optional.empty(), world)) {
      node.received(in, THERE);
    }
    var answers = new ArrayList<Krpc>();
    var queries = new ArrayList<Krpc>();
    for (var datagram : sent) {
      var message = KrpcReader.read(datagram);
      (message instanceof Krpc.Query ? queries : answers).add(message);
    }
    assertThat(answers).hasSizeLessThanOrEqualTo(1);
    assertThat(queries).hasSizeLessThanOrEqualTo(answers.size()); // a ping to see who it is
    assertThat(List.copyOf(sent)).allMatch(d -> d.length <= Math.max(160, 4 * in.length));
  }
}
