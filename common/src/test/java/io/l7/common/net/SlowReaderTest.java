package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlowReaderTest {
  private static final int PIECE = 16 * 1024;

  /** The kernel's own bound is four mebibytes, of which it takes two and a half at once. */
  private static final int MOST = 1500 * 1024;

  @Test
  void whoReadsNothingHasAboutAMebibyteAndNoMore() throws Exception {
    assumeTrue(LinuxStreams.areAvailable(), "no Linux, or its calls are not allowed");
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var listener = Network.real().listen(loopback);
        var reader = new Socket()) {
      reader.setReceiveBufferSize(4096);
      reader.connect(listener.address());
      try (var accepted = listener.accept()) {
        var written = new AtomicInteger();
        var writer = Thread.ofVirtual().start(() -> write(accepted, written));
        awaitStandstill(writer, written);
        assertThat(written.get()).isBetween(512 * 1024, MOST);
      }
    }
  }

  private static void write(Socket socket, AtomicInteger written) {
    try {
      while (true) {
        socket.getOutputStream().write(new byte[PIECE]);
        written.addAndGet(PIECE);
      }
    } catch (IOException _) {
      // closed at the end
    }
  }

  private static void awaitStandstill(Thread writer, AtomicInteger written) {
    int before;
    do {
      before = written.get();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    } while (writer.getState() != Thread.State.WAITING || written.get() != before);
  }
}
