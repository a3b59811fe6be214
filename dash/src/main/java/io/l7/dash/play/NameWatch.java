package io.l7.dash.play;

import io.l7.http.client.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Respects the answers of DNS while a film is played: a connection that is kept for the next
 * segment would stay with an address for ever. Names are looked up again now and then, which a
 * resolver answers from its cache until the TTL has passed; where an address is gone, the
 * connections to the name are closed. For one thread.
 */
final class NameWatch {
  /** Between two look-ups of a name, in ms: less than the TTLs that switch traffic over. */
  static final double EVERY_MS = 1_000;

  /** A request waits so long for a look-up, in ms; what comes later counts for the next. */
  private static final long PATIENCE_MS = 20;

  private final Transport transport;
  private final Map<String, Name> names = new HashMap<>();

  private static final class Name {
    private Set<InetAddress> known = Set.of();
    private double lookedMs = Double.NEGATIVE_INFINITY;
    private CompletableFuture<Set<InetAddress>> look = CompletableFuture.completedFuture(Set.of());
  }

  NameWatch(Transport transport) {
    this.transport = transport;
  }

  /** Called before each request to a host. */
  void before(String host, double nowMs) throws InterruptedException {
    Name name = names.computeIfAbsent(host, h -> new Name());
    if (name.look.isDone() && nowMs - name.lookedMs >= EVERY_MS) {
      name.lookedMs = nowMs;
      name.look = new CompletableFuture<>();
      var look = name.look;
      Thread.ofVirtual().name("dash-names").start(() -> look.complete(addresses(host)));
    }
    try {
      Set<InetAddress> now = name.look.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
      if (now.isEmpty()) {
        return;
      }
      if (!now.containsAll(name.known)) {
        transport.dropIdle(host);
      }
      name.known = now;
    } catch (TimeoutException _) {
      // A slow resolver holds no segment up.
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look-up fails by an empty answer", e);
    }
  }

  /** None where the resolver has none now: the connections that there are go on. */
  private Set<InetAddress> addresses(String host) {
    try {
      return Set.copyOf(transport.names().resolve(host));
    } catch (UnknownHostException | RuntimeException _) {
      return Set.of();
    }
  }
}
