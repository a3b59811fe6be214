package io.l7.lab.story;

import static io.l7.lab.story.Checks.await;
import static io.l7.lab.story.Checks.demand;
import static io.l7.lab.story.Checks.findable;

import io.l7.common.units.Units;
import io.l7.dns.Resolver;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.world.Role;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * networkutopia.com is registered, delegated, resolved from the root and through the resolver,
 * cached, changed live, and seen anew when its time to live is over.
 */
public final class DnsStep implements Step {
  private static final String DOMAIN = "networkutopia.com";
  private static final String WWW = "www.networkutopia.com.";

  /** Seconds: short enough to wait for. */
  private static final long TTL = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final World world;

  /** A step on {@code world}. */
  public DnsStep(World world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "dns";
  }

  @Override
  public Figures perform() throws Exception {
    world.events().cause("dns", "Network Utopia registers " + DOMAIN);
    var zone = Domains.add(world, DOMAIN);
    var first = world.hosts().make("www.networkutopia.com", Role.WEB).address();
    var second = world.hosts().make("www2.networkutopia.com", Role.WEB).address();
    zone.replace(WWW, TTL, "A", first.getHostAddress());

    var student = world.host("student.example.lab", Role.CLIENT);
    long start;
    long steps;
    Duration iterative;
    try (var iterating = world.names().resolver(student)) {
      start = System.nanoTime();
      demand(
          addresses(iterating).equals(List.of(first)),
          "walking from the root found another address");
      iterative = since(start);
      steps = iterating.packetsSent();
      demand(
          steps >= 3,
          "root, top-level domain and zone were not all asked: " + steps + " questions");
    }

    var resolver = world.resolver();
    findable(world, "www.networkutopia.com");
    demand(addresses(resolver).equals(List.of(first)), "the resolver found another address");
    long before = resolver.packetsSent();
    start = System.nanoTime();
    demand(addresses(resolver).equals(List.of(first)), "the cache has another address");
    var cached = since(start);
    demand(resolver.packetsSent() == before, "a cached name was asked for again");

    world.events().cause("dns", "the address of " + WWW + " changes");
    long serial = zone.serial();
    zone.replace(WWW, TTL, "A", second.getHostAddress());
    demand(zone.serial() > serial, "the serial did not rise");
    var expired =
        await("the new address", PATIENCE, () -> addresses(resolver).equals(List.of(second)));

    return new Figures()
        .put("from the root in", Units.duration(iterative))
        .put("with questions", Long.toString(steps))
        .put("from the cache in", Units.duration(cached))
        .put("with questions to nobody", "yes")
        .put("change seen after", Units.duration(expired));
  }

  private static List<InetAddress> addresses(Resolver resolver) {
    var answer = resolver.lookup(WWW, RRType.A);
    return answer.data().stream().map(Rdata::asAddress).toList();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
