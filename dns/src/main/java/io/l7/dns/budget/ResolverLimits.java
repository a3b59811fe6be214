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
 * @param questionsAtOnce client's questions that may wait for name servers at the same time; 4,096
 *     (Unbound's figure with libevent): about 100 MB of threads and messages at worst
 * @param giveWayAfter age from which on half of the questions at work give way to new ones when
 *     there are too many; 200 ms (Unbound's jostle-timeout)
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
    int waiters,
    int questionsAtOnce,
    Duration giveWayAfter) {
  public static ResolverLimits defaults() {
    return new Builder().build();
  }

  /** These limits, to change some. */
  public Builder change() {
    var builder = new Builder();
    builder.packets = packets;
    builder.time = time;
    builder.depth = depth;
    builder.referrals = referrals;
    builder.aliases = aliases;
    builder.targets = targets;
    builder.targetsPerDelegation = targetsPerDelegation;
    builder.failedTargets = failedTargets;
    builder.attemptsPerServer = attemptsPerServer;
    builder.minimisationSteps = minimisationSteps;
    builder.validationRetries = validationRetries;
    builder.signatures = signatures;
    builder.hashes = hashes;
    builder.nsec3Iterations = nsec3Iterations;
    builder.waiters = waiters;
    builder.questionsAtOnce = questionsAtOnce;
    builder.giveWayAfter = giveWayAfter;
    return builder;
  }

  /** Collects limits; what is not said is the default. */
  public static final class Builder {
    private int packets = 128;
    private Duration time = Duration.ofSeconds(10);
    private int depth = 8;
    private int referrals = 30;
    private int aliases = 11;
    private int targets = 24;
    private int targetsPerDelegation = 16;
    private int failedTargets = 5;
    private int attemptsPerServer = 3;
    private int minimisationSteps = 10;
    private int validationRetries = 3;
    private int signatures = 64;
    private int hashes = 128;
    private int nsec3Iterations = 150;
    private int waiters = 1000;
    private int questionsAtOnce = 4096;
    private Duration giveWayAfter = Duration.ofMillis(200);

    private Builder() {}

    public Builder packets(int count) {
      packets = count;
      return this;
    }

    public Builder attemptsPerServer(int count) {
      attemptsPerServer = count;
      return this;
    }

    public Builder targets(int count) {
      targets = count;
      return this;
    }

    public Builder failedTargets(int count) {
      failedTargets = count;
      return this;
    }

    public Builder signatures(int count) {
      signatures = count;
      return this;
    }

    public Builder hashes(int count) {
      hashes = count;
      return this;
    }

    public Builder questionsAtOnce(int count) {
      questionsAtOnce = count;
      return this;
    }

    public Builder time(Duration duration) {
      time = duration;
      return this;
    }

    public ResolverLimits build() {
      return new ResolverLimits(
          packets,
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
          waiters,
          questionsAtOnce,
          giveWayAfter);
    }
  }
}
