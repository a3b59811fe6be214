package io.l7.smtp.client;

import io.l7.dns.Resolver;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Txt;
import io.l7.smtp.sts.PolicyIds;
import io.l7.smtp.sts.PolicyRecord;
import java.util.Optional;

/** Looks policies up by the DNS (RFC 8461 §3.1). Thread-safe. */
final class DnsPolicyIds implements PolicyIds {
  private final Resolver resolver;

  DnsPolicyIds(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public Optional<String> id(String domain) {
    try {
      var texts = resolver.lookup(Name.parse("_mta-sts." + domain), RRType.TXT).data();
      return PolicyRecord.id(texts.stream().map(Txt::of).map(Txt::joined).toList());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // too long a name to have one, or no text
    }
  }
}
