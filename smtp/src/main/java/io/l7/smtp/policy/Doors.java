package io.l7.smtp.policy;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** How many sessions there may be, in all and of one address. Thread-safe. */
public final class Doors {
  private final int most;
  private final int mostPerAddress;
  private final Map<InetAddress, Integer> perAddress = new HashMap<>();
  private int inside;

  /** Lets so many in. */
  public Doors(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** Whether one more may come in; who does must {@link #leave}. */
  public synchronized boolean enter(InetAddress address) {
    if (inside >= most || perAddress.getOrDefault(address, 0) >= mostPerAddress) {
      return false;
    }
    inside++;
    perAddress.merge(address, 1, Integer::sum);
    return true;
  }

  /** One that came in is gone. */
  public synchronized void leave(InetAddress address) {
    inside--;
    perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
