package io.l7.dns.validator;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.message.Question;

/** Decides what a response to one question, without further aliases, is worth. */
public interface Validation {
  /** Believes everything to be unsigned. */
  Validation NONE =
      (question, response, evidence) -> response.withSecurity(io.l7.dns.cache.Security.INSECURE);

  /**
   * The response with its security set, TTLs cut to what signatures allow, and an error that names
   * the reason when it is bogus.
   */
  Response validate(Question question, Response response, Evidence evidence)
      throws ResolutionFailure;
}
