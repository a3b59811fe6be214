package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Question;
import java.util.Optional;
import java.util.function.Predicate;

/** What the validator works with for one client's question. */
public interface Evidence {
  /** Other servers asked after a bad DS or DNSKEY set. */
  int MOST_RETRIES = 2;

  /** Fetches a DS or DNSKEY set as it is, from the cache or the network. */
  Response fetch(Question question) throws ResolutionFailure;

  /** Fetches it again from a server that has not given it yet; empty if there is none. */
  Optional<Response> fetchElsewhere(Question question) throws ResolutionFailure;

  /** Makes a verdict of one server's answer. */
  @FunctionalInterface
  interface Judge<T> {
    T judge(Response response) throws ResolutionFailure;
  }

  /**
   * The verdict on an answer, or where that is a bad one, on what other servers say: the first good
   * one, or the last.
   */
  default <T> T judged(Question question, Response first, Judge<T> judge, Predicate<T> bad)
      throws ResolutionFailure {
    T verdict = judge.judge(first);
    for (int retry = 0; retry < MOST_RETRIES && bad.test(verdict); retry++) {
      Optional<Response> other = fetchElsewhere(question);
      if (other.isEmpty()) {
        break;
      }
      verdict = judge.judge(other.get());
    }
    return verdict;
  }

  /** What may still be spent. */
  Budget budget();

  Trace trace();

  /** The same evidence, writing its reasons under {@code part}. */
  Evidence within(Trace part);
}
