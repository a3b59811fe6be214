package io.l7.dns.resolver;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;

/**
 * Which question to send while walking down to a name (RFC 9156 §2.3). One resolution of one name,
 * one thread.
 */
final class Minimiser {
  private static final int ONE_BY_ONE = 4;

  private final Question full;
  private final int mostSteps;
  private final HiddenType hiddenType;
  private RRType asked = RRType.A;
  private int steps;
  private int labels;
  private boolean whole;
  private boolean typeHidden;

  enum HiddenType {
    NO,
    YES
  }

  Minimiser(Question full, int mostSteps, HiddenType hiddenType) {
    this.full = full;
    this.mostSteps = mostSteps;
    this.hiddenType = hiddenType;
    this.typeHidden =
        hiddenType == HiddenType.YES
            && !full.type().equals(RRType.A)
            && !full.type().equals(RRType.DS);
  }

  /** A walk that always sends the whole question. */
  static Minimiser off(Question full) {
    var minimiser = new Minimiser(full, 0, HiddenType.NO);
    minimiser.whole = true;
    return minimiser;
  }

  /** The question for the servers of {@code zone}. */
  Question next(Name zone) {
    if (whole || steps >= mostSteps) {
      return full;
    }
    labels = Math.max(labels, zone.labels() + stride(zone));
    if (labels > full.name().labels() || (labels == full.name().labels() && !typeHidden)) {
      whole = true;
      return full;
    }
    return new Question(full.name().last(labels), asked, full.rrclass());
  }

  /** After the first labels the rest is spread over the steps that remain. */
  private int stride(Name zone) {
    int left = full.name().labels() - zone.labels();
    if (steps < ONE_BY_ONE || left <= mostSteps - steps) {
      return 1;
    }
    return Math.max(1, left / Math.max(1, mostSteps - steps));
  }

  boolean isWhole(Question question) {
    return question.equals(full);
  }

  /** The servers know the shortened name: add a label. */
  void exists(Question sent) {
    steps++;
    if (sent.name().labels() >= full.name().labels()) {
      typeHidden = false;
      whole = true;
    }
    labels = sent.name().labels() + 1;
  }

  /** A referral was followed. */
  void descended() {
    steps++;
  }

  /**
   * Servers that choke on the address type may take the type of a delegation; false if that was
   * tried already.
   */
  boolean tryNameServers() {
    if (whole || asked.equals(RRType.NS)) {
      return false;
    }
    asked = RRType.NS;
    return true;
  }

  /** Something in the way does not understand: send the whole question from now on. */
  void giveUp() {
    whole = true;
  }

  /** Whether the type is hidden on the last step. */
  HiddenType hiddenType() {
    return hiddenType;
  }
}
