package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.l7.bittorrent.Tracker;
import io.l7.common.net.AddressBits;
import io.l7.common.net.DatagramBurst;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a datagram costs the heap: nothing, counted by the receiving thread itself. */
class TrackerAllocationTest {
  private static final int WARM = 20_000;
  private static final int COUNTED = 20_000;

  /** On a busy machine compilation goes on for a while: the first round without it tells. */
  private static final int MOST_ROUNDS = 10;

  private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 6969);

  @Test
  @Spec("BEP 15")
  void announcesAndScrapesAllocateNothing() throws Exception {
    var burst = new ScriptedBurst();
    try (var _ =
        Tracker.builder().udp(Endpoint.of(HERE)).network(new OneBurst(burst, HERE)).start()) {
      assertThat(burst.allocated.get(30, TimeUnit.SECONDS)).isZero();
    }
    assertThat(burst.answered).isEqualTo(burst.received);
  }

  /** Connects once, then announces 500 peers of eight torrents, every tenth time a scrape. */
  private static final class ScriptedBurst implements DatagramBurst {
    final CompletableFuture<Long> allocated = new CompletableFuture<>();
    final CountDownLatch closed = new CountDownLatch(1);
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final byte[] connect = new byte[16];
    final byte[] announce = new byte[98];
    final byte[] scrape = new byte[36];
    int answered;
    private int received;
    private long before;

    ScriptedBurst() {
      ByteBuffer.wrap(connect).putLong(0x41727101980L).putInt(0).putInt(7);
      announce[11] = 1;
      scrape[11] = 2;
    }

    @Override
    public int receive() throws IOException {
      int counted = received - 1 - WARM;
      if (counted >= 0 && counted % COUNTED == 0) endOfRound(counted / COUNTED);
      received++;
      return 1;
    }

    private void endOfRound(int round) throws IOException {
      long now = threads.getCurrentThreadAllocatedBytes();
      if (round > 0 && (now == before || round == MOST_ROUNDS)) {
        allocated.complete(now - before);
        try {
          closed.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
        throw new SocketException("closed");
      }
      before = now;
    }

    @Override
    public int copy(int index, byte[] target) {
      if (received == 1) {
        return give(connect, target);
      }
      if (received % 10 == 0) {
        scrape[16] = (byte) (received % 8);
        return give(scrape, target);
      }
      int peer = received % 500;
      announce[16] = (byte) (received % 8);
      announce[71] = (byte) (received / 8 % 4); // what it lacks
      announce[95] = 30; // peers it wants
      announce[96] = (byte) (10 + (peer >> 8));
      announce[97] = (byte) peer;
      return give(announce, target);
    }

    private static int give(byte[] request, byte[] target) {
      System.arraycopy(request, 0, target, 0, request.length);
      return request.length;
    }

    @Override
    public InetSocketAddress from(int index) {
      throw new AssertionError("an address made into an object");
    }

    @Override
    public long fromUpper(int index) {
      return 0;
    }

    @Override
    public long fromLower(int index) {
      return AddressBits.mapped(0x7f000005);
    }

    @Override
    public void reply(int index, byte[] source, int offset, int length) {
      answered++;
      int action = source[offset + 3];
      boolean isExpected =
          switch (action) {
            case 0 -> length == 16;
            case 1 -> (length > 20 || answered < 100) && (length - 20) % 6 == 0;
            case 2 -> length == 20;
            default -> false;
          };
      if (!isExpected) {
        throw new AssertionError("an answer of action " + action + " with " + length + " octets");
      }
      if (action == 0) {
        System.arraycopy(source, offset + 8, announce, 0, 8);
        System.arraycopy(source, offset + 8, scrape, 0, 8);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
