package io.l7.http.proxy;

import io.l7.common.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The upstreams of a proxy with their state, and the choice among them. Safe for all threads. */
final class UpstreamPool {
  /** One upstream with its state. */
  static final class Member {
    private final Upstream upstream;
    private final UpstreamHealth health;
    private final AtomicInteger active = new AtomicInteger();
    private final Metrics.Tally requests;
    private final Metrics.Tally failures;

    private Member(Upstream upstream, ProxyLimits limits, Metrics metrics) {
      this.upstream = upstream;
      this.health = new UpstreamHealth(limits);
      this.requests =
          metrics.counter(
              "l7_http_upstream_requests_total",
              "Requests sent to an upstream",
              "upstream",
              upstream.toString());
      this.failures =
          metrics.counter(
              "l7_http_upstream_failures_total",
              "Requests an upstream did not answer, in time and to be understood",
              "upstream",
              upstream.toString());
    }

    Upstream upstream() {
      return upstream;
    }

    int active() {
      return active.get();
    }

    void begin() {
      active.incrementAndGet();
      requests.add();
    }

    void end() {
      active.decrementAndGet();
    }
  }

  private final List<Member> members = new ArrayList<>();
  private final Balancing balancing;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private int next;

  UpstreamPool(
      List<Upstream> upstreams,
      Balancing balancing,
      ProxyLimits limits,
      Metrics metrics,
      LongSupplier nanos) {
    for (Upstream upstream : upstreams) {
      members.add(new Member(upstream, limits, metrics));
    }
    this.balancing = balancing;
    this.nanos = nanos;
  }

  List<Member> members() {
    return members;
  }

  long active() {
    return members.stream().mapToLong(Member::active).sum();
  }

  long up() {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      return members.stream().filter(m -> m.health.isUp(now)).count();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Chooses one that has not been tried; among those that are up, or, when none is, among all: a
   * guess is better than a refusal.
   *
   * @param affinity what goes to the same one, where that is how it is balanced
   */
  Optional<Member> choose(List<Member> tried, String affinity) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      List<Member> left = members.stream().filter(m -> !tried.contains(m)).toList();
      List<Member> healthy = left.stream().filter(m -> m.health.isUp(now)).toList();
      List<Member> candidates = healthy.isEmpty() ? left : healthy;
      return candidates.isEmpty() ? Optional.empty() : Optional.of(pick(candidates, affinity));
    } finally {
      lock.unlock();
    }
  }

  private Member pick(List<Member> candidates, String affinity) {
    int turn = next++ & Integer.MAX_VALUE;
    Member best = candidates.get(turn % candidates.size());
    if (balancing == Balancing.ROUND_ROBIN) {
      return best;
    }
    for (int i = 1; i < candidates.size(); i++) {
      Member other = candidates.get((turn + i) % candidates.size());
      boolean better =
          balancing == Balancing.LEAST_REQUESTS
              ? other.active() < best.active()
              : weight(other, affinity) > weight(best, affinity);
      if (better) {
        best = other;
      }
    }
    return best;
  }

  private static long weight(Member member, String affinity) {
    long hash = 0xcbf29ce484222325L;
    String text = member.upstream + "|" + affinity;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    // The low bits of FNV depend on the last characters alone: mixed once more.
    hash ^= hash >>> 32;
    hash *= 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }

  void succeeded(Member member) {
    lock.lock();
    try {
      member.health.succeeded();
    } finally {
      lock.unlock();
    }
  }

  void failed(Member member) {
    member.failures.add();
    lock.lock();
    try {
      member.health.failed(nanos.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  void probed(Member member, boolean up) {
    lock.lock();
    try {
      member.health.probed(up);
    } finally {
      lock.unlock();
    }
  }
}
