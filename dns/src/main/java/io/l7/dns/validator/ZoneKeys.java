package io.l7.dns.validator;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import java.util.List;

/** What is known of the keys of the zone that a name lies in. */
sealed interface ZoneKeys {
  /** The zone's apex, or where the chain ended. */
  Name zone();

  /** Seconds of the engine's clock until which this holds. */
  long until();

  /** Keys that are believed. */
  record Secure(Name zone, List<Dnskey> keys, long until) implements ZoneKeys {
    public Secure {
      keys = List.copyOf(keys);
    }
  }

  /** Proven to be unsigned, or signed in a way unknown here. */
  record Insecure(Name zone, String why, long until) implements ZoneKeys {}

  /** The chain is broken. */
  record Bogus(Name zone, ExtendedError error, long until) implements ZoneKeys {}
}
