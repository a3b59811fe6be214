package io.l7.dns.budget;

import java.time.Duration;

/**
 * The resource contract of one question.
 *
 * @param packets questions sent upstream for one client's question, everything it causes included;
 *     128 (BIND allows 200; CAMP)
 * @param time until a question is given up; 10 s (BIND, Knot Resolver)
 * @param depth of questions that cause questions; 8 (BIND 7)
 * @param referrals followed for one name; 30, more than any sane tree is deep
 * @param aliases followed for one question; 11 (BIND; Unbound 11)
 * @param targets name server addresses looked up for one client's question; 24 (PowerDNS 13,
 *     Unbound 64; NXNSAttack)
 * @param targetsPerDelegation name server names of one delegation that are looked at; 16 (Unbound)
 * @param failedTargets lookups of name server addresses of one delegation that may come to nothing;
 *     5 (Unbound)
 * @param attemptsPerServer times one server is asked one question; 3
 * @param minimisationSteps labels added one by one before the rest goes at once; 10 (RFC 9156 §2.3)
 * @param validationRetries other servers asked after a bogus answer; 3
 * @param signatures verified for one client's question; 64 (KeyTrap)
 * @param hashes NSEC3 hashes computed for one client's question; 128 (CVE-2023-50868)
 * @param nsec3Iterations above which a zone counts as insecure; 150 (RFC 9276 §3.2 lets one start
 *     lower; Unbound 150)
 * @param waiters clients that may wait for one question in flight; 1,000
 */
public record ResolverLimits(
    int packets,
    Duration time,
    int depth,
    int referrals,
    int aliases,
    int targets,
    int targetsPerDelegation,
    int failedTargets,
    int attemptsPerServer,
    int minimisationSteps,
    int validationRetries,
    int signatures,
    int hashes,
    int nsec3Iterations,
    int waiters) {
  public static ResolverLimits defaults() {
    return new ResolverLimits(
        128, Duration.ofSeconds(10), 8, 30, 11, 24, 16, 5, 3, 10, 3, 64, 128, 150, 1000);
  }

  public ResolverLimits withPackets(int count) {
    return new ResolverLimits(
        count,
        time,
        depth,
        referrals,
        aliases,
        targets,
        targetsPerDelegation,
        failedTargets,
        attemptsPerServer,
        minimisationSteps,
        validationRetries,
        signatures,
        hashes,
        nsec3Iterations,
        waiters);
  }

  public ResolverLimits withTime(Duration duration) {
    return new ResolverLimits(
        packets,
        duration,
        depth,
        referrals,
        aliases,
        targets,
        targetsPerDelegation,
        failedTargets,
        attemptsPerServer,
        minimisationSteps,
        validationRetries,
        signatures,
        hashes,
        nsec3Iterations,
        waiters);
  }

  public ResolverLimits withAttemptsPerServer(int count) {
    return new ResolverLimits(
        packets,
        time,
        depth,
        referrals,
        aliases,
        targets,
        targetsPerDelegation,
        failedTargets,
        count,
        minimisationSteps,
        validationRetries,
        signatures,
        hashes,
        nsec3Iterations,
        waiters);
  }
}
