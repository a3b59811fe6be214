package io.l7.dns.resolver;

import java.util.EnumSet;
import java.util.Set;

/** What the engine does beyond the bare necessity; each can be left out. */
public enum Feature {
  /** Ask name servers over IPv4. */
  IPV4,
  /** Ask name servers over IPv6. */
  IPV6,
  /** Send no more labels than a server needs (RFC 9156). */
  QUERY_MINIMISATION,
  /** Hide the type as well while the whole name is first asked for (RFC 9156 §2.1 permits it). */
  HIDDEN_TYPE,
  /** Letters of random case in questions (draft-vixie-dnsext-dns0x20). */
  CASE_RANDOMISATION,
  /**
   * Use addresses beside a referral that lie outside the referring zone, for that referral alone.
   */
  OUT_OF_ZONE_GLUE,
  /**
   * Ask for the address of a name server that lies beside the delegated zone, instead of believing
   * the parent's glue for it.
   */
  VERIFIED_GLUE,
  /** Ask servers on 127.0.0.0/8 and ::1. */
  LOOPBACK_SERVERS,
  /** A secure NXDOMAIN denies everything below (RFC 8020). */
  NXDOMAIN_CUT,
  /** Answer from proven NSEC and NSEC3 records (RFC 8198). */
  AGGRESSIVE_NSEC,
  /** Fetch again what is asked for shortly before its end. */
  PREFETCH,
  /** Serve what has ended when no server answers (RFC 8767). */
  SERVE_STALE,
  /** Drop name server records beside a positive answer. */
  SCRUB_PROMISCUOUS,
  /** Ask the root servers for themselves before using them (RFC 8109). */
  PRIMING,
  /** Fetch the DNSKEY set while the DS is being looked for. */
  PREFETCH_KEYS,
  /** Demand a valid signature of every algorithm in the DS set. */
  ALGORITHM_DOWNGRADE_PROTECTION,
  /** Validate. */
  DNSSEC;

  /** What a daemon does unless told otherwise. */
  public static Set<Feature> defaults() {
    var all = EnumSet.allOf(Feature.class);
    all.removeAll(
        EnumSet.of(
            HIDDEN_TYPE,
            OUT_OF_ZONE_GLUE,
            VERIFIED_GLUE,
            LOOPBACK_SERVERS,
            PREFETCH_KEYS,
            ALGORITHM_DOWNGRADE_PROTECTION));
    return all;
  }
}
