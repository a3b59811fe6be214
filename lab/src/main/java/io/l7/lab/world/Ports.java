package io.l7.lab.world;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/**
 * Which port stands for a well-known one: itself where this user may bind low ports, and 20000 more
 * where not.
 */
public final class Ports {
  private static final int FIRST_UNPRIVILEGED = 1024;
  private static final int SHIFT = 20_000;
  private static final int PROBED = 53;

  private final boolean lowAllowed;

  private Ports(boolean lowAllowed) {
    this.lowAllowed = lowAllowed;
  }

  /** The ports of this machine, found by trying one in the lab's block. */
  public static Ports probe(Slice slice) {
    try (var socket = new DatagramSocket(new InetSocketAddress(slice.guardAddress(), PROBED))) {
      return new Ports(socket.isBound());
    } catch (IOException e) {
      return new Ports(false);
    }
  }

  /** The port to bind and to dial for {@code wellKnown}. */
  public int of(int wellKnown) {
    return lowAllowed || wellKnown >= FIRST_UNPRIVILEGED ? wellKnown : wellKnown + SHIFT;
  }

  /** Whether well-known ports are used as they are. */
  public boolean lowAllowed() {
    return lowAllowed;
  }

  /** {@code :PORT} as it must stand in a URL whose scheme has {@code wellKnown} for its default. */
  public String suffix(int wellKnown) {
    return lowAllowed ? "" : ":" + of(wellKnown);
  }
}
