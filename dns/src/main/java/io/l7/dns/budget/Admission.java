package io.l7.dns.budget;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Which questions may wait for name servers when there are more than can be borne: half of the
 * places are kept until the end, so that what is slow gets done; in the other half the oldest gives
 * way to a newcomer once it has had some time, so that what is quick gets done. A flood of
 * questions that nobody answers so leaves half of the places to the rest (Unbound's jostle list).
 * Safe for all threads.
 */
public final class Admission {
  private final int most;
  private final long giveWayMillis;
  private final Set<Budget> settled = new HashSet<>();
  private final ArrayDeque<Budget> givingWay = new ArrayDeque<>();
  private final Ledger ledger = new Ledger();
  private long refused;
  private long displaced;

  public Admission(ResolverLimits limits) {
    this.most = limits.questionsAtOnce();
    this.giveWayMillis = limits.giveWayAfter().toMillis();
  }

  /** What the questions have spent, those that have left too. */
  public Ledger ledger() {
    return ledger;
  }

  /** Takes a place; false if there is none. */
  synchronized boolean enter(Budget question, long nowMillis) {
    if (settled.size() + givingWay.size() >= most && !makeRoom(nowMillis)) {
      refused++;
      return false;
    }
    question.entered(nowMillis);
    if (settled.size() < most / 2) {
      settled.add(question);
    } else {
      givingWay.add(question);
    }
    return true;
  }

  private boolean makeRoom(long nowMillis) {
    Budget oldest = givingWay.peek();
    if (oldest == null || nowMillis - oldest.enteredAt() <= giveWayMillis) {
      return false;
    }
    givingWay.remove();
    oldest.withdraw();
    displaced++;
    return true;
  }

  /** Gives a place back. */
  public synchronized void leave(Budget question) {
    if (!settled.remove(question)) {
      for (Iterator<Budget> each = givingWay.iterator(); each.hasNext(); ) {
        if (each.next() == question) {
          each.remove();
          return;
        }
      }
    }
  }

  /** Questions at work. */
  public synchronized int inside() {
    return settled.size() + givingWay.size();
  }

  /** Questions that found no place. */
  public synchronized long refused() {
    return refused;
  }

  /** Questions that gave way. */
  public synchronized long displaced() {
    return displaced;
  }
}
