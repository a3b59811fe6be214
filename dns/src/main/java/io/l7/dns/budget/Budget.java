package io.l7.dns.budget;

import io.l7.dns.budget.Ledger.Resource;
import io.l7.dns.message.ExtendedError;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What one client's question may still spend, shared by every question it causes; survives restarts
 * of validation.
 */
public final class Budget {
  private final ResolverLimits limits;
  private final long deadlineMillis;
  private final Admission admission;
  private final Ledger ledger;
  private final long startMillis;
  private final AtomicBoolean admitted = new AtomicBoolean();
  private long enteredAt;
  private volatile boolean withdrawn;
  private final AtomicInteger packets = new AtomicInteger();
  private final AtomicInteger targets = new AtomicInteger();
  private final AtomicInteger signatures = new AtomicInteger();
  private final AtomicInteger hashes = new AtomicInteger();
  private final Map<Object, byte[]> computed = new ConcurrentHashMap<>();

  /** A budget with no other questions beside it. */
  public Budget(ResolverLimits limits, long nowMillis) {
    this(limits, new Admission(limits), nowMillis);
  }

  public Budget(ResolverLimits limits, Admission admission, long nowMillis) {
    this.limits = limits;
    this.admission = admission;
    this.ledger = admission.ledger();
    this.startMillis = nowMillis;
    this.deadlineMillis = nowMillis + limits.time().toMillis();
  }

  /** Takes one packet; with the first the question takes its place among those at work. */
  public void packet(long nowMillis) throws ResolutionFailure {
    if (admitted.compareAndSet(false, true) && !admission.enter(this, nowMillis)) {
      withdraw();
    }
    if (withdrawn) {
      ledger.exhaust(Resource.PLACES);
      throw ResolutionFailure.ofQuestionAlone(
          ExtendedError.OTHER,
          "limit of " + limits.questionsAtOnce() + " questions at the same time reached");
    }
    if (nowMillis >= deadlineMillis) {
      ledger.exhaust(Resource.MILLISECONDS);
      throw ResolutionFailure.ofQuestionAlone(
          ExtendedError.NO_REACHABLE_AUTHORITY,
          "time limit of " + limits.time().toSeconds() + " s reached");
    }
    take(packets, limits.packets(), Resource.PACKETS);
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
    ledger.spend(Resource.TARGETS, 1);
    boolean allowed = targets.incrementAndGet() <= limits.targets();
    if (!allowed) {
      ledger.exhaust(Resource.TARGETS);
    }
    return allowed;
  }

  /** Takes one signature verification. */
  public void signature() throws ResolutionFailure {
    take(signatures, limits.signatures(), Resource.SIGNATURES);
  }

  /**
   * Takes one NSEC3 hash; one that was taken before costs nothing.
   *
   * @param what tells hashes apart
   */
  public byte[] hash(Object what, Supplier<byte[]> computing) throws ResolutionFailure {
    byte[] known = computed.get(what);
    if (known == null) {
      take(hashes, limits.hashes(), Resource.HASHES);
      known = computing.get();
      computed.put(what, known);
    }
    return known;
  }

  /** Milliseconds until the time is up, at least 0. */
  public long millisLeft(long nowMillis) {
    return Math.max(0, deadlineMillis - nowMillis);
  }

  public int packetsSpent() {
    return packets.get();
  }

  /** Ends the account: the question is answered, and its place is free. */
  public void close(long nowMillis) {
    admission.leave(this);
    ledger.spend(Resource.MILLISECONDS, nowMillis - startMillis);
  }

  /** What was spent of what there was, for people. */
  public String account(long nowMillis) {
    return packets.get()
        + " of "
        + limits.packets()
        + " packets, "
        + (nowMillis - startMillis)
        + " of "
        + limits.time().toMillis()
        + " milliseconds, "
        + targets.get()
        + " of "
        + limits.targets()
        + " name server lookups, "
        + signatures.get()
        + " of "
        + limits.signatures()
        + " signatures, "
        + hashes.get()
        + " of "
        + limits.hashes()
        + " NSEC3 hashes";
  }

  private void take(AtomicInteger spent, int limit, Resource what) throws ResolutionFailure {
    if (spent.incrementAndGet() > limit) {
      spent.decrementAndGet();
      ledger.exhaust(what);
      throw ResolutionFailure.ofQuestionAlone(
          ExtendedError.OTHER, "limit of " + limit + " " + what + " for one question reached");
    }
    ledger.spend(what, 1);
  }
}
