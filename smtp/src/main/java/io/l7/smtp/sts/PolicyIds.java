package io.l7.smtp.sts;

import java.util.Optional;

/** Looks up which policy a domain has (RFC 8461 §3.1). Thread-safe; blocks. */
@FunctionalInterface
public interface PolicyIds {
  /**
   * The id of the policy that a domain, given in A-labels, announces; empty where it announces none
   * or DNS does not tell.
   */
  Optional<String> id(String domain);
}
