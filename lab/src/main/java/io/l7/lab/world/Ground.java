package io.l7.lab.world;

import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.common.time.VirtualTime;

/**
 * What a lab stands on: real sockets and the machine's time, or a network in memory and a time that
 * a test moves. Certificates are valid by the machine's time on both: the JDK judges them.
 *
 * @param network under the links
 * @param time of queues, caches, zones and links
 * @param pace whether waiting is meant for people who watch
 */
public record Ground(Network network, Scheduler time, Pace pace) {
  /** How long a mail waits before it is tried again. */
  public enum Pace {
    /** Seconds, so that a story can be told. */
    STORY,
    /** As servers do, minutes to days. */
    STANDARD
  }

  /** Loopback, and time as it is. */
  public static Ground real() {
    return new Ground(Network.real(), Scheduler.real(), Pace.STORY);
  }

  /** Memory, and time as a test moves it. Links must have neither rate nor delay. */
  public static Ground virtual(VirtualTime time) {
    return new Ground(new MemoryNetwork(), time, Pace.STANDARD);
  }
}
