package io.l7.dns.service;

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
    Rule best = null;
    for (Rule rule : rules) {
      if (rule.prefix.contains(client)
          && (best == null || rule.prefix.length() > best.prefix.length())) {
        best = rule;
      }
    }
    return best == null ? Access.REFUSED : best.access;
  }
}
