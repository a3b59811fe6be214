package io.l7.lab.dashboard;

import io.l7.common.json.Json;
import io.l7.common.link.Links;
import io.l7.lab.core.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Four times a second: which host has sent how many octets to which since the last time. */
final class TrafficPulse implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final World world;
  private final Runnable moreHosts;
  private final Map<Links.Pair, Long> before = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Beats for {@code world}; {@code moreHosts} is run when there are more of them than before. */
  TrafficPulse(World world, Runnable moreHosts) {
    this.world = world;
    this.moreHosts = moreHosts;
    this.thread = Thread.ofVirtual().name("lab-traffic").start(this::beat);
  }

  private void beat() {
    int hosts = 0;
    while (!closed) {
      int now = world.hosts().all().size();
      if (now > hosts) moreHosts.run();
      hosts = now;
      LockSupport.parkNanos(INTERVAL.toNanos());
      var flows = new ArrayList<Json>();
      world
          .links()
          .traffic()
          .forEach(
              (pair, octets) -> {
                long more = octets - before.getOrDefault(pair, 0L);
                before.put(pair, octets);
                if (more > 0)
                  flows.add(
                      Json.array(
                          java.util.List.of(
                              pair.from().getHostAddress(), pair.to().getHostAddress(), more)));
              });
      if (!flows.isEmpty()) world.events().publish("traffic", Json.object().put("flows", flows));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
