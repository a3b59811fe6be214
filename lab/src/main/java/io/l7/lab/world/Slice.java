package io.l7.lab.world;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A block 127.53.N.0/24 that this lab has for itself. The first block whose guard port can be bound
 * is taken, so that labs in one JVM, and in several, never meet.
 */
public final class Slice implements AutoCloseable {
  private static final int BLOCKS = 256;
  private static final int GUARD_HOST = 254;
  private static final int GUARD_PORT = 53_053;
  private static final int FIRST_HOST = 1;

  private final ServerSocket guard;
  private final int block;
  private final AtomicInteger next = new AtomicInteger(FIRST_HOST);

  private Slice(ServerSocket guard, int block) {
    this.guard = guard;
    this.block = block;
  }

  /**
   * Takes a free block.
   *
   * @throws IOException all are taken, or this system has no addresses of 127.0.0.0/8 beyond
   *     127.0.0.1
   */
  public static Slice take() throws IOException {
    IOException last = new BindException("no block tried");
    for (int block = 0; block < BLOCKS; block++) {
      var guard = new ServerSocket();
      try {
        guard.bind(new InetSocketAddress(address(block, GUARD_HOST), GUARD_PORT));
        return new Slice(guard, block);
      } catch (IOException e) {
        guard.close();
        last = e;
      }
    }
    throw new IOException("no free block of 127.53.0.0/16 for a lab: " + last.getMessage(), last);
  }

  private static InetAddress address(int block, int host) {
    return InetAddress.ofLiteral("127.53." + block + "." + host);
  }

  /** The next address of the block. */
  public InetAddress nextAddress() {
    int host = next.getAndIncrement();
    if (host >= GUARD_HOST)
      throw new IllegalStateException("a lab has at most " + (GUARD_HOST - FIRST_HOST) + " hosts");
    return address(block, host);
  }

  /** An address of the block on which ports can be tried. */
  InetAddress guardAddress() {
    return address(block, GUARD_HOST);
  }

  @Override
  public void close() throws IOException {
    guard.close();
  }
}
