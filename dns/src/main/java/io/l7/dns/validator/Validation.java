package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import java.util.Optional;

/** Decides what a response to one question, without further aliases, is worth. */
public interface Validation {
  /** Believes everything to be unsigned. */
  Validation NONE = (question, response, evidence) -> response.withSecurity(Security.INSECURE);

  /**
   * The response with its security set, TTLs cut to what signatures allow, and an error that names
   * the reason when it is bogus.
   */
  Response validate(Question question, Response response, Evidence evidence)
      throws ResolutionFailure;

  /** Whether signatures over data at a name can be held against keys already believed. */
  default boolean hasKeysFor(Name name) {
    return false;
  }

  /** An answer that proofs of earlier questions already give (RFC 8198); empty if there is none. */
  default Optional<Response> fromProofs(Question question, Budget budget) throws ResolutionFailure {
    return Optional.empty();
  }

  /** Forgets what an operator wants to have asked anew, at and below a name. */
  default void forget(Name name) {}
}
