package io.l7.smtp.policy;

import io.l7.common.net.Cidr;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many sessions there may be, in all and of one client, an IPv4 address or a /64 of IPv6.
 * Thread-safe.
 */
public final class Doors {
  private final int most;
  private final int mostPerAddress;
  private final Map<Cidr, Integer> perAddress = new HashMap<>();
  private int inside;

  /** Lets so many in. */
  public Doors(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** Whether one more may come in; who does must {@link #leave}. */
  public synchronized boolean enter(InetAddress address) {
    var client = Cidr.ofClient(address);
    if (inside >= most || perAddress.getOrDefault(client, 0) >= mostPerAddress) {
      return false;
    }
    inside++;
    perAddress.merge(client, 1, Integer::sum);
    return true;
  }

  /** One that came in is gone. */
  public synchronized void leave(InetAddress address) {
    inside--;
    perAddress.computeIfPresent(
        Cidr.ofClient(address), (key, count) -> count == 1 ? null : count - 1);
  }
}
