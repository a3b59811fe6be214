package io.l7.smtp.sts;

/** Knows the policies of domains, or finds them. Thread-safe. */
@FunctionalInterface
public interface PolicySource {
  /**
   * The policy that mail to a domain, given in A-labels, is to keep to now. May take as long as a
   * fetch.
   */
  StsLookup lookup(String domain);
}
