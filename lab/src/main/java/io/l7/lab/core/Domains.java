package io.l7.lab.core;

import io.l7.dns.message.Name;
import io.l7.dns.routing.RoutedSet;
import io.l7.lab.names.ServedZone;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.util.List;

/** Registers domains: the top-level domain is made when its first name is. */
public final class Domains {
  private Domains() {}

  /** A zone for {@code domain} on {@code dns.DOMAIN}, delegated from its top-level domain. */
  public static ServedZone add(World world, String domain) throws IOException {
    return add(world, domain, List.of());
  }

  /** The same, with record sets whose answers are chosen. */
  public static ServedZone add(World world, String domain, List<RoutedSet> routed)
      throws IOException {
    var tld = domain.substring(domain.lastIndexOf('.') + 1);
    topLevel(world, tld);
    var server = world.hosts().make("dns." + domain, Role.AUTHORITY);
    var zone = world.names().zone(domain, server, routed);
    world.names().address(server);
    return zone;
  }

  private static void topLevel(World world, String tld) throws IOException {
    if (world.names().zoneOf(tld).origin().equals(Name.parse(tld + "."))) return;
    var server = world.hosts().make("a.nic." + tld, Role.TLD);
    world.names().zone(tld, server);
    world.names().address(server);
  }
}
