package io.l7.dns.authority;

import io.l7.common.net.Cidr;
import io.l7.dns.message.Name;
import io.l7.dns.tsig.TsigKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do something: by address, or by the key that signed. Where keys are demanded, an address
 * alone is not enough.
 */
public record AccessList(List<Cidr> addresses, Set<Name> keys) {
  public AccessList {
    addresses = List.copyOf(addresses);
    keys = Set.copyOf(keys);
  }

  /** Nobody. */
  public static AccessList nobody() {
    return new AccessList(List.of(), Set.of());
  }

  /** Whether a client may, given the key that its message was rightly signed with. */
  public boolean allows(InetAddress client, Optional<TsigKey> key) {
    boolean byKey = key.isPresent() && keys.contains(key.get().name());
    return byKey || (!addresses.isEmpty() && Cidr.anyContains(addresses, client));
  }
}
