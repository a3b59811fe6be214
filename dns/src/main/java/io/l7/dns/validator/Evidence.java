package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Question;
import java.util.Optional;

/** What the validator works with for one client's question. */
public interface Evidence {
  /** Fetches a DS or DNSKEY set as it is, from the cache or the network. */
  Response fetch(Question question) throws ResolutionFailure;

  /** Fetches it again from a server that has not given it yet; empty if there is none. */
  Optional<Response> fetchElsewhere(Question question) throws ResolutionFailure;

  /** What may still be spent. */
  Budget budget();

  Trace trace();

  /** The same evidence, writing its reasons under {@code part}. */
  Evidence within(Trace part);
}
