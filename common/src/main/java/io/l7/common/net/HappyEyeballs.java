package io.l7.common.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Several addresses of one host, tried as RFC 8305 says: families taking turns, the next attempt
 * 250 ms behind the one before or at once when that fails, the first to connect wins.
 */
final class HappyEyeballs {
  /** RFC 8305 §5: the recommended Connection Attempt Delay. */
  private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

  interface Attempt {
    Socket connect(InetSocketAddress target, Duration timeout) throws IOException;
  }

  private record Outcome(@Nullable Socket socket, @Nullable IOException failure) {}

  private final List<InetSocketAddress> targets;
  private final Duration timeout;
  private final Attempt attempt;
  private final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final AtomicBoolean decided = new AtomicBoolean();

  HappyEyeballs(List<InetSocketAddress> targets, Duration timeout, Attempt attempt) {
    this.targets = interleave(targets);
    this.timeout = timeout;
    this.attempt = attempt;
  }

  /** RFC 8305 §4: alternate the families, keeping the order within each. */
  static List<InetSocketAddress> interleave(List<InetSocketAddress> targets) {
    boolean sixFirst = targets.getFirst().getAddress() instanceof Inet6Address;
    var first =
        targets.stream().filter(t -> t.getAddress() instanceof Inet6Address == sixFirst).toList();
    var second =
        targets.stream().filter(t -> t.getAddress() instanceof Inet6Address != sixFirst).toList();
    var mixed = new ArrayList<InetSocketAddress>(targets.size());
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      if (i < first.size()) mixed.add(first.get(i));
      if (i < second.size()) mixed.add(second.get(i));
    }
    return mixed;
  }

  Socket first() throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    int started = 0;
    int failed = 0;
    IOException last =
        new SocketTimeoutException("no address answered within " + timeout.toMillis() + " ms");
    while (failed < targets.size()) {
      long left = end - System.nanoTime();
      if (left <= 0) break;
      if (started < targets.size()) start(targets.get(started++), Duration.ofNanos(left));
      var outcome =
          await(started < targets.size() ? Math.min(left, ATTEMPT_DELAY.toNanos()) : left);
      if (outcome == null) continue;
      if (outcome.socket != null) {
        decided.set(true);
        closeLate();
        return outcome.socket;
      }
      if (outcome.failure != null) last = outcome.failure;
      failed++;
    }
    decided.set(true);
    closeLate();
    throw last;
  }

  private void start(InetSocketAddress target, Duration left) {
    Thread.ofVirtual()
        .name("connect-" + Endpoint.of(target))
        .start(
            () -> {
              try {
                outcomes.add(new Outcome(attempt.connect(target, left), null));
              } catch (IOException e) {
                outcomes.add(new Outcome(null, e));
              }
              if (decided.get()) closeLate();
            });
  }

  private @Nullable Outcome await(long nanos) throws IOException {
    try {
      return outcomes.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      decided.set(true);
      closeLate();
      throw new java.io.InterruptedIOException("interrupted while connecting");
    }
  }

  /** Closes connections that came after the race was decided. */
  private void closeLate() {
    for (var late = outcomes.poll(); late != null; late = outcomes.poll()) {
      if (late.socket == null) continue;
      try {
        late.socket.close();
      } catch (IOException e) {
        // nobody uses it
      }
    }
  }
}
