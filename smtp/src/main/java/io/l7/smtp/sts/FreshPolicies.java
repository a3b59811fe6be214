package io.l7.smtp.sts;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies fetched when they are first asked for, by a client that lives for one mail: it knows
 * none from before, so whoever holds up DNS or HTTPS talks it out of them (RFC 8461 §10.2).
 * Thread-safe.
 */
public final class FreshPolicies implements PolicySource {
  private static final Logger LOG = LoggerFactory.getLogger(FreshPolicies.class);

  private final PolicyIds ids;
  private final PolicyFetcher fetcher;
  private final ConcurrentMap<String, StsLookup> known = new ConcurrentHashMap<>();

  /** Finds what is announced by the one, and gets it by the other. */
  public FreshPolicies(PolicyIds ids, PolicyFetcher fetcher) {
    this.ids = ids;
    this.fetcher = fetcher;
  }

  @Override
  public StsLookup lookup(String domain) {
    return known.computeIfAbsent(domain, d -> ids.id(d).isEmpty() ? StsLookup.NONE : fetched(d));
  }

  private StsLookup fetched(String domain) {
    try {
      var policy = StsPolicy.parse(fetcher.fetch(domain)).orElseThrow(NoPolicyException::new);
      return new StsLookup(Optional.of(policy), Optional.empty());
    } catch (IOException | RuntimeException e) {
      LOG.warn("the MTA-STS policy of {} cannot be had: {}", domain, e.toString());
      return new StsLookup(Optional.empty(), Optional.of(StsLookup.Fault.of(e)));
    }
  }
}
