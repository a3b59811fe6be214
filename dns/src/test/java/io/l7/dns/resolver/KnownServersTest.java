package io.l7.dns.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which name servers of a name policies look at. */
class KnownServersTest {
  private static final long NOW = 1_800_000_000;

  private static RRset servers(String zone, int count) {
    var data = new ArrayList<Rdata>();
    for (int i = 0; i < count; i++) {
      data.add(Rdata.name(Name.parse("ns" + i + ".of." + zone)));
    }
    return RRset.of(Name.parse(zone), RRType.NS, 3_600, data);
  }

  @Test
  void aThousandServersBelowHideNoneAboveAndCostNoMoreThanAreAsked() {
    var cache = new DnsCache(CacheLimits.defaults());
    cache.put(servers("evil.test.", 2), Credibility.ANSWER, Security.INSECURE, NOW);
    cache.put(servers("sub.evil.test.", 1_000), Credibility.ANSWER, Security.INSECURE, NOW);
    var root =
        new DelegationPoint.NameServer(
            Optional.empty(), List.of(InetAddress.ofLiteral("192.0.2.53")));
    var engine =
        new RecursiveEngine(
            ResolverConfig.over(
                new DelegationPoint(Name.ROOT, List.of(root), DelegationPoint.Kind.HINTS)),
            cache,
            (server, transport, query, timeout) -> new Exchange.TimedOut(),
            new VirtualThreadTasks(),
            InstantSource.fixed(Instant.ofEpochSecond(NOW)),
            new SplittableRandom(1),
            Validation.NONE);
    var found = engine.knownServers(Name.parse("www.sub.evil.test."));
    assertThat(found).hasSize(16 + 2);
    assertThat(found).contains(Name.parse("ns0.of.evil.test."), Name.parse("ns1.of.evil.test."));
  }
}
