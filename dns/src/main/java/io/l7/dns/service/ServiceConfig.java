package io.l7.dns.service;

import io.l7.dns.local.LocalData;
import io.l7.dns.policy.Policies;
import java.util.Optional;

/**
 * How clients are served.
 *
 * @param udpSize octets of the largest UDP answer; 1,232 (DNS flag day 2020)
 * @param local what is answered here, before anyone is asked
 * @param policies by which answers are blocked and rewritten
 * @param dns64 makes addresses for clients that have IPv6 alone
 */
public record ServiceConfig(
    AccessList access,
    AnyPolicy any,
    Beside beside,
    int udpSize,
    LocalData local,
    Policies policies,
    Optional<Dns64> dns64) {
  /** What becomes of questions for type ANY. */
  public enum AnyPolicy {
    /** A short HINFO instead (RFC 8482 §4.2). */
    MINIMAL,
    RESOLVED
  }

  /** Whether records beside the answer are sent that nobody needs. */
  public enum Beside {
    LEFT_OUT,
    SENT
  }

  public static ServiceConfig defaults() {
    return new ServiceConfig(
        AccessList.loopback(),
        AnyPolicy.MINIMAL,
        Beside.LEFT_OUT,
        1232,
        LocalData.none(),
        Policies.none(),
        Optional.empty());
  }

  public ServiceConfig withAccess(AccessList other) {
    return new ServiceConfig(other, any, beside, udpSize, local, policies, dns64);
  }

  public ServiceConfig withAny(AnyPolicy other) {
    return new ServiceConfig(access, other, beside, udpSize, local, policies, dns64);
  }

  public ServiceConfig withBeside(Beside other) {
    return new ServiceConfig(access, any, other, udpSize, local, policies, dns64);
  }

  public ServiceConfig withLocal(LocalData other) {
    return new ServiceConfig(access, any, beside, udpSize, other, policies, dns64);
  }

  public ServiceConfig withPolicies(Policies other) {
    return new ServiceConfig(access, any, beside, udpSize, local, other, dns64);
  }

  public ServiceConfig withDns64(Dns64 other) {
    return new ServiceConfig(access, any, beside, udpSize, local, policies, Optional.of(other));
  }
}
