package io.l7.dns.budget;

import io.l7.dns.message.ExtendedError;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one client's question may still spend, shared by every question it causes; survives restarts
 * of validation.
 */
public final class Budget {
  private final ResolverLimits limits;
  private final long deadlineMillis;
  private final Admission admission;
  private final AtomicBoolean admitted = new AtomicBoolean();
  private long enteredAt;
  private volatile boolean withdrawn;
  private final AtomicInteger packets = new AtomicInteger();
  private final AtomicInteger targets = new AtomicInteger();
  private final AtomicInteger signatures = new AtomicInteger();
  private final AtomicInteger hashes = new AtomicInteger();

  /** A budget with no other questions beside it. */
  public Budget(ResolverLimits limits, long nowMillis) {
    this(limits, new Admission(limits), nowMillis);
  }

  public Budget(ResolverLimits limits, Admission admission, long nowMillis) {
    this.limits = limits;
    this.admission = admission;
    this.deadlineMillis = nowMillis + limits.time().toMillis();
  }

  /** Takes one packet; with the first the question takes its place among those at work. */
  public void packet(long nowMillis) throws ResolutionFailure {
    if (admitted.compareAndSet(false, true) && !admission.enter(this, nowMillis)) {
      withdraw();
    }
    if (withdrawn) {
      throw new ResolutionFailure(
          ExtendedError.OTHER,
          "limit of " + limits.questionsAtOnce() + " questions at the same time reached");
    }
    if (nowMillis >= deadlineMillis) {
      throw new ResolutionFailure(
          ExtendedError.NO_REACHABLE_AUTHORITY,
          "time limit of " + limits.time().toSeconds() + " s reached");
    }
    take(packets, limits.packets(), "packets");
  }

  void entered(long nowMillis) {
    enteredAt = nowMillis;
  }

  long enteredAt() {
    return enteredAt;
  }

  void withdraw() {
    withdrawn = true;
  }

  /** Whether the question found no place, or lost it to another: no fault of any name server. */
  public boolean isWithdrawn() {
    return withdrawn;
  }

  /** Takes the lookup of one name server's address; false when there is none left. */
  public boolean target() {
    return targets.incrementAndGet() <= limits.targets();
  }

  /** Takes one signature verification. */
  public void signature() throws ResolutionFailure {
    take(signatures, limits.signatures(), "signatures");
  }

  /** Takes one NSEC3 hash. */
  public void hash() throws ResolutionFailure {
    take(hashes, limits.hashes(), "NSEC3 hashes");
  }

  /** Milliseconds until the time is up, at least 0. */
  public long millisLeft(long nowMillis) {
    return Math.max(0, deadlineMillis - nowMillis);
  }

  public int packetsSpent() {
    return packets.get();
  }

  public int signaturesSpent() {
    return signatures.get();
  }

  public int hashesSpent() {
    return hashes.get();
  }

  private static void take(AtomicInteger spent, int limit, String what) throws ResolutionFailure {
    if (spent.incrementAndGet() > limit) {
      throw new ResolutionFailure(
          ExtendedError.OTHER, "limit of " + limit + " " + what + " for one question reached");
    }
  }
}
