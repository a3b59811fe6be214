package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.RRType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cache hit allocates nothing from socket to socket: by the thread's own count of octets, and by
 * the flight recorder's events of allocation.
 */
@Timeout(90)
class AllocationTest extends ForwardingStage {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final int WARM = 40_000;
  private static final int HITS = 10_000;
  private static final int MOST_ROUNDS = 6;

  /** Where the JDK's linker makes a slice of the memory for errno. */
  private static final String LINKING = "jdk.internal.foreign.abi.SharedUtils.checkCaptureSegment";

  /** Two slices, of 40 octets each: for the system's calls that receive and send. */
  private static final long LINKED = 2 * 40;

  /** One of each kind for every 16 octets, had a hit made an object of the smallest size. */
  private static final List<String> EVENTS =
      List.of(
          "jdk.ObjectAllocationInNewTLAB",
          "jdk.ObjectAllocationOutsideTLAB",
          "jdk.ObjectAllocationSample");

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  @TempDir private Path folder;
  private DnsServer server;

  @BeforeEach
  void start() throws Exception {
    var tiers =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("TieredStopAtLevel");
    assumeTrue(tiers.getValue().equals("4"), "without C2 a call of the system makes an object");
    server = DnsServer.builder().listen(ANY).recursive(resolver).start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
      resolver.close();
      upstream.close();
    }
  }

  private static long receiver() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("dns-udp-0"))
        .findFirst()
        .orElseThrow()
        .threadId();
  }

  private static void ask(Questions.Client client, byte[] query, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      client.send(query);
      assertThat(client.next(10_000)).isPresent();
    }
  }

  /**
   * What the receiver allocated for a round of hits.
   *
   * @param events of our own objects
   * @param linking events of the object that the JDK's linker makes for a call of the system. The
   *     compiler removes it, unless it met the calls in an order that used up what it inlines.
   */
  private record Round(long octets, List<RecordedEvent> events, List<RecordedEvent> linking) {
    boolean isClean() {
      return events.isEmpty() && octets < HITS + (linking.isEmpty() ? 0 : HITS * LINKED);
    }
  }

  private static boolean isLinking(RecordedEvent event) {
    return event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            .map(RecordedFrame::getMethod)
            .anyMatch(at -> LINKING.equals(at.getType().getName() + "." + at.getName()));
  }

  private Round round(Questions.Client client, byte[] query, long receiver) throws IOException {
    try (var recording = new Recording()) {
      EVENTS.forEach(event -> recording.enable(event).withoutThreshold());
      recording.enable(EVENTS.getLast()).with("throttle", "off");
      recording.start();
      long before = threads.getThreadAllocatedBytes(receiver);
      ask(client, query, HITS);
      long octets = threads.getThreadAllocatedBytes(receiver) - before;
      recording.stop();
      Path file = folder.resolve("hits.jfr");
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      assertThat(by(events, Thread.currentThread().threadId()))
          .as("events of the client, which makes an array for each answer")
          .isNotEmpty();
      List<RecordedEvent> made = by(events, receiver);
      return new Round(
          octets,
          made.stream().filter(event -> !isLinking(event)).toList(),
          made.stream().filter(AllocationTest::isLinking).toList());
    }
  }

  @Test
  void aHitAllocatesNothingFromSocketToSocket() throws Exception {
    byte[] query = MessageWriter.write(Questions.query("www.example", RRType.A, 1));
    try (var client = new Questions.Client(server.address())) {
      ask(client, query, WARM);
      long receiver = receiver();
      Round round = round(client, query, receiver);
      // Code that is not compiled as a whole yet may make objects: it gets some more time for that.
      for (int more = 0; more < MOST_ROUNDS && !round.isClean(); more++) {
        round = round(client, query, receiver);
      }
      System.out.printf(
          "octets allocated for %d hits: %d%s%n",
          HITS,
          round.octets,
          round.linking.isEmpty() ? "" : ", with those of the linker of the JDK");
      assertThat(round.events).as("events of the receiver").isEmpty();
      assertThat(round).matches(Round::isClean);
    }
  }

  private static List<RecordedEvent> by(List<RecordedEvent> events, long thread) {
    return events.stream()
        .filter(event -> EVENTS.contains(event.getEventType().getName()))
        .filter(event -> event.getThread() != null && event.getThread().getJavaThreadId() == thread)
        .toList();
  }
}
