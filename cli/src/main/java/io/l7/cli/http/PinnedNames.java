package io.l7.cli.http;

import io.l7.common.net.AddressLiteral;
import io.l7.common.net.HostResolver;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Addresses that were given for names, as curl's {@code --resolve} takes them. Immutable. */
record PinnedNames(Map<String, List<InetAddress>> addresses) {
  private static final Pattern FORM = Pattern.compile("([^:]+):(\\d{1,5}):(.+)");

  /**
   * Reads them. The port says nothing here: a name leads to one machine on all of them.
   *
   * @throws IllegalArgumentException one is malformed, or a name is given two addresses
   */
  static PinnedNames parse(List<String> given) {
    var addresses = new HashMap<String, List<InetAddress>>();
    for (String entry : given) {
      var parts = FORM.matcher(entry);
      if (!parts.matches()) {
        throw new IllegalArgumentException("--resolve: " + entry + " is not HOST:PORT:ADDRESS");
      }
      var of = new ArrayList<InetAddress>();
      for (String address : parts.group(3).split(",", -1)) {
        of.add(
            AddressLiteral.of(address)
                .orElseThrow(
                    () -> new IllegalArgumentException("--resolve: no address: " + address)));
      }
      var before = addresses.put(parts.group(1).toLowerCase(Locale.ROOT), of);
      if (before != null && !before.equals(of)) {
        throw new IllegalArgumentException(
            "--resolve: two addresses for " + parts.group(1) + "; join them by a comma");
      }
    }
    return new PinnedNames(Map.copyOf(addresses));
  }

  /** These names, and the others as {@code rest} knows them. */
  HostResolver over(HostResolver rest) {
    if (addresses.isEmpty()) {
      return rest;
    }
    return host -> {
      var pinned = addresses.get(host.toLowerCase(Locale.ROOT));
      return pinned == null ? rest.resolve(host) : pinned;
    };
  }
}
