package io.l7.dns.tsig;

import io.l7.dns.message.Name;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The keys a server knows, by name. Immutable. */
public final class Keyring {
  private final Map<Name, TsigKey> keys;

  private Keyring(Map<Name, TsigKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  public static Keyring of(Collection<TsigKey> keys) {
    var map = new HashMap<Name, TsigKey>();
    keys.forEach(key -> map.put(key.name(), key));
    return new Keyring(map);
  }

  /** The key of this name, when its algorithm is the one named too. */
  Optional<TsigKey> find(Name name, Name algorithm) {
    return Optional.ofNullable(keys.get(name))
        .filter(key -> key.algorithm().wireName().equals(algorithm));
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }
}
