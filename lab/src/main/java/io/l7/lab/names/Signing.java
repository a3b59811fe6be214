package io.l7.lab.names;

import io.l7.dns.message.Name;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Whether the zones of a lab are signed, and the key of each. Safe for all threads. */
public final class Signing {
  private final Kind kind;
  private final InstantSource clock;
  private final Map<Name, ZoneKey> keys = new ConcurrentHashMap<>();

  /** What is done with zones. */
  public enum Kind {
    UNSIGNED,
    /** Every zone has a key, which its parent knows; the resolver trusts the root's. */
    SIGNED
  }

  /** No keys yet; signatures will be valid by {@code clock}. */
  public Signing(Kind kind, InstantSource clock) {
    this.kind = kind;
    this.clock = clock;
  }

  /** The key of a zone, made when it is new; none when zones are not signed. */
  Optional<ZoneKey> key(Name zone) {
    return kind == Kind.UNSIGNED
        ? Optional.empty()
        : Optional.of(keys.computeIfAbsent(zone, name -> ZoneKey.generate(name, clock)));
  }
}
