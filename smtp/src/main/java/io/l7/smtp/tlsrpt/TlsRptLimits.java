package io.l7.smtp.tlsrpt;

import java.time.Duration;

/**
 * What reports may cost us; whoever we send mail to decides over most of it.
 *
 * @param domains counted in a day; sessions with further ones are not: some 10 kB each at worst
 * @param policies of a domain in a day; of further ones nothing is counted
 * @param failures kinds of failure of a policy in a day; further ones count by their type alone
 * @param policyText characters of a policy that are kept and reported
 * @param reason characters of a failure's reason
 * @param uris of a record that get a report (each costs us a connection, and names whomever it
 *     likes)
 * @param jitter over which reports are spread behind the day's end (RFC 8460 §4.1: four hours)
 * @param again between two tries of a report (RFC 8460 §5.5: an hour at least)
 * @param tries for how long a report is tried (RFC 8460 §5.5: a day)
 * @param write between two times that counts are written down: what a crash may take
 * @param atOnce reports under way at once
 */
public record TlsRptLimits(
    int domains,
    int policies,
    int failures,
    int policyText,
    int reason,
    int uris,
    Duration jitter,
    Duration again,
    Duration tries,
    Duration write,
    int atOnce) {

  /** The defaults. */
  public static TlsRptLimits defaults() {
    return new TlsRptLimits(
        10_000,
        4,
        20,
        1_000,
        200,
        4,
        Duration.ofHours(4),
        Duration.ofHours(1),
        Duration.ofDays(1),
        Duration.ofMinutes(5),
        16);
  }

  /** For other numbers of domains, and of kinds of failure. */
  public TlsRptLimits counted(int mostDomains, int mostFailures) {
    return new TlsRptLimits(
        mostDomains,
        policies,
        mostFailures,
        policyText,
        reason,
        uris,
        jitter,
        again,
        tries,
        write,
        atOnce);
  }
}
