package io.l7.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsCacheTest {
  private static final Name WWW = Name.parse("www.test.");
  private static final long NOW = 1_000_000;
  private static final long DAY = 86_400;

  @Test
  void nothingOutlivesItsTimeWhenTheClockIsSetBack() {
    var cache = new DnsCache(CacheLimits.defaults());
    var set = RRset.of(WWW, RRType.A, 300, List.of(Rdata.of(new byte[] {1, 2, 3, 4})));
    var question = Question.of(WWW, RRType.A);
    cache.put(set, Credibility.AUTHORITATIVE_ANSWER, Security.INSECURE, NOW);
    cache.put(question, Response.of(Rcode.NOERROR, List.of(set), List.of(), List.of()), NOW);
    assertThat(cache.set(WWW, RRType.A, NOW + 299)).isPresent();
    assertThat(cache.response(question)).get().matches(entry -> entry.isFresh(NOW + 299));
    assertThat(cache.set(WWW, RRType.A, NOW - 1)).as("a small correction").isPresent();
    assertThat(cache.set(WWW, RRType.A, NOW - DAY)).isEmpty();
    assertThat(cache.response(question)).get().matches(entry -> !entry.isFresh(NOW - DAY));
  }
}
