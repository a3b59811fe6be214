package io.l7.common.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where virtual threads wait for sockets. The JDK makes it (its poller, which needs descriptors of
 * its own) when the first of them waits, and never again when that fails: a server whose first
 * clients take every descriptor would be dead for as long as it runs. So a server has it made
 * before it listens.
 */
final class ParkingGround {
  /** Of the JVM as what it tells of is: made once, whoever listens first. */
  private static final AtomicBoolean MADE = new AtomicBoolean();

  private ParkingGround() {}

  /**
   * Lets one virtual thread wait for a moment, if none has before.
   *
   * @throws IOException there is no descriptor left for a socket
   */
  static void prepare() throws IOException {
    if (MADE.get()) return;
    try (var silent =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      silent.setSoTimeout(1);
      Thread.ofVirtual().name("parking-ground").start(() -> wait(silent)).join();
      MADE.set(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void wait(DatagramSocket silent) {
    try {
      silent.receive(new DatagramPacket(new byte[1], 1));
    } catch (SocketTimeoutException _) {
      // It has waited.
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
