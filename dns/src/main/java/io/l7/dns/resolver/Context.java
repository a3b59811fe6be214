package io.l7.dns.resolver;

import io.l7.dns.budget.Budget;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Question;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one question carries along while it causes others: the budget they share, the explanation,
 * and the chain of questions above it, by which a question that waits for itself is noticed.
 * Immutable.
 */
final class Context {
  final Budget budget;
  final Trace trace;
  final int depth;
  final Purpose purpose;

  /** Seconds ahead of the clock at which delegations must still hold. */
  final long leeway;

  private final @Nullable Context above;
  private final @Nullable Question question;
  private final Flights.@Nullable Flight flight;

  /** What for a question is asked, which decides whether its answer is validated. */
  enum Purpose {
    /** A client wants it, validated. */
    CLIENT,
    /** A client wants it as it is (CD). */
    UNCHECKED,
    /** The validator or the iterator needs it and looks after its truth itself. */
    INTERNAL
  }

  private Context(
      Budget budget,
      Trace trace,
      int depth,
      Purpose purpose,
      long leeway,
      @Nullable Context above,
      @Nullable Question question,
      Flights.@Nullable Flight flight) {
    this.budget = budget;
    this.trace = trace;
    this.depth = depth;
    this.purpose = purpose;
    this.leeway = leeway;
    this.above = above;
    this.question = question;
    this.flight = flight;
  }

  static Context start(Budget budget, Trace trace, Purpose purpose) {
    return new Context(budget, trace, 0, purpose, 0, null, null, null);
  }

  /** The same question seen through another part of the explanation. */
  Context within(Trace part) {
    return new Context(budget, part, depth, purpose, leeway, above, question, flight);
  }

  /**
   * For a question asked before its answer ends: delegations that end with it are asked for anew,
   * so that a domain that moves is followed (Unbound's prefetch leeway).
   */
  Context lookingAhead(long seconds) {
    return new Context(budget, trace, depth, purpose, seconds, above, question, flight);
  }

  /** For a question caused by this one. */
  Context below(Purpose newPurpose) {
    return new Context(budget, trace, depth + 1, newPurpose, leeway, this, null, null);
  }

  /** Marks what is being worked on. */
  Context about(Question subject) {
    return new Context(budget, trace, depth, purpose, leeway, this, subject, null);
  }

  /** Marks the shared run that this one leads. */
  Context leading(Flights.Flight led) {
    return new Context(budget, trace, depth, purpose, leeway, this, null, led);
  }

  Optional<Context> above() {
    return Optional.ofNullable(above);
  }

  Optional<Flights.Flight> flight() {
    return Optional.ofNullable(flight);
  }

  /** Whether {@code candidate} is being worked on further up in the same chain. */
  boolean isInProgress(Question candidate) {
    for (Optional<Context> at = Optional.of(this); at.isPresent(); at = at.get().above()) {
      if (at.get().purpose == purpose && candidate.equals(at.get().question)) {
        return true;
      }
    }
    return false;
  }
}
