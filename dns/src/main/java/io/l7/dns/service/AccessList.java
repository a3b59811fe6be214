package io.l7.dns.service;

import io.l7.common.net.AddressBits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Who may ask. The most specific matching prefix decides; without a match access is refused. */
public final class AccessList {
  /** What a client may do. */
  public enum Access {
    /** Everything, and look at the cache with RD clear. */
    ALLOWED_WITH_CACHE,
    /** Recursion. */
    ALLOWED,
    /** An answer REFUSED. */
    REFUSED,
    /** No answer. */
    DROPPED
  }

  private record Rule(Prefix prefix, Access access) {}

  private final List<Rule> rules;

  private AccessList(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Loopback only. */
  public static AccessList loopback() {
    return new AccessList(List.of())
        .with(Prefix.parse("127.0.0.0/8"), Access.ALLOWED_WITH_CACHE)
        .with(Prefix.parse("::1/128"), Access.ALLOWED_WITH_CACHE);
  }

  public AccessList with(Prefix prefix, Access access) {
    var more = new ArrayList<Rule>();
    more.add(new Rule(prefix, access));
    more.addAll(rules);
    return new AccessList(more);
  }

  public Access of(InetAddress client) {
    return of(AddressBits.upper(client), AddressBits.lower(client));
  }

  /** The same for an address as {@link AddressBits}; allocates nothing. */
  public Access of(long upper, long lower) {
    Rule best = null;
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.prefix.contains(upper, lower)
          && (best == null || rule.prefix.bits() > best.prefix.bits())) {
        best = rule;
      }
    }
    return best == null ? Access.REFUSED : best.access;
  }
}
