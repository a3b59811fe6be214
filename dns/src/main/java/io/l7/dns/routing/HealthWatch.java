package io.l7.dns.routing;

import io.l7.common.framing.LineEnds;
import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks members at intervals. A member falls after two failures in a row and rises with the first
 * success, so that one lost packet moves nobody.
 */
public final class HealthWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

  /** Failures in a row that make a member count as down. */
  static final int FAILURES = 2;

  /** Octets of a status line read at most. */
  private static final int MAX_STATUS_LINE = 1_024;

  private final Dialer dialer;
  private final Scheduler scheduler;
  private final Duration interval;
  private final Duration timeout;
  private final Map<HealthCheck, Integer> failures = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * A watch that checks nothing yet.
   *
   * @param interval between checks of one member
   * @param timeout of one check
   */
  public HealthWatch(Dialer dialer, Scheduler scheduler, Duration interval, Duration timeout) {
    this.dialer = dialer.connectTimeout(timeout);
    this.scheduler = scheduler;
    this.interval = interval;
    this.timeout = timeout;
  }

  /**
   * Starts to check every member of these sets that has a check, and returns when each was checked
   * once: what is down before it was ever up is down at once.
   */
  public void watch(Collection<RoutedSet> sets) {
    var first = new ArrayList<Thread>();
    sets.stream()
        .flatMap(set -> set.members().stream())
        .flatMap(member -> member.check().stream())
        .filter(check -> failures.putIfAbsent(check, FAILURES - 1) == null)
        .forEach(check -> first.add(Thread.ofVirtual().start(() -> round(check))));
    try {
      for (Thread thread : first) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a member counts as up: one that is not checked does, and one not checked yet too. */
  public boolean isUp(Member member) {
    return member.check().map(check -> failures.getOrDefault(check, 0) < FAILURES).orElse(true);
  }

  private void round(HealthCheck check) {
    if (closed) {
      return;
    }
    boolean ok = passes(check);
    int before = failures.getOrDefault(check, 0);
    int now = ok ? 0 : Math.min(before + 1, FAILURES);
    failures.put(check, now);
    if (before < FAILURES != now < FAILURES) {
      LOG.info("{} is {}", check.target(), now < FAILURES ? "up" : "down");
    }
    scheduler.after(interval, () -> round(check));
  }

  private boolean passes(HealthCheck check) {
    try (Connection connection = dialer.dial(check.target())) {
      return switch (check) {
        case HealthCheck.Tcp tcp -> true;
        case HealthCheck.Http http -> answers(connection, http);
      };
    } catch (IOException e) {
      LOG.debug("{}: {}", check.target(), e.toString());
      return false;
    } catch (RuntimeException e) {
      LOG.error("{}: the check itself failed", check.target(), e); // and the next one comes
      return false;
    }
  }

  private boolean answers(Connection connection, HealthCheck.Http check) throws IOException {
    connection.deadline(timeout, "a health check");
    String request =
        "GET "
            + check.path()
            + " HTTP/1.1\r\nHost: "
            + check.host()
            + "\r\nConnection: close\r\n\r\n";
    connection.out().latin1(request);
    connection.out().flush();
    var line = connection.in().line(MAX_STATUS_LINE, LineEnds.LENIENT);
    if (line.isEmpty()) {
      return false;
    }
    String status = line.get().latin1();
    return status.matches("HTTP/1\\.[01] [23]\\d\\d( .*)?");
  }

  @Override
  public void close() {
    closed = true;
  }
}
