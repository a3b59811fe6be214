package io.l7.dns.resolver;

import io.l7.dns.cache.BoundedMap;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What is known of name servers: round-trip times, whether they take EDNS, for which zones they are
 * lame. Kept for fifteen minutes (Unbound's infra-host-ttl). Safe for all threads.
 */
public final class ServerTable {
  private static final int MOST = 100_000;
  private static final long KEPT_MILLIS = 900_000;

  /**
   * Servers within this many milliseconds of the fastest are equals; Unbound's figure, so that load
   * spreads.
   */
  private static final int BAND = 400;

  /** A dead server is asked again after this long. */
  private static final long PROBE_MILLIS = 60_000;

  private record Host(RoundTrip roundTrip, EdnsSupport edns, long until, long probedAt) {}

  /** Some servers are lame for one type only: those that cannot do AAAA. */
  private record Lame(InetAddress server, Name zone, Concern concern) {}

  private enum Concern {
    ADDRESS,
    OTHER;

    static Concern of(RRType type) {
      return type.equals(RRType.A) ? ADDRESS : OTHER;
    }
  }

  /** Whether a server takes EDNS. */
  public enum EdnsSupport {
    ASSUMED,
    REFUSED
  }

  private final BoundedMap<InetAddress, Host> hosts = new BoundedMap<>(MOST);
  private final BoundedMap<Lame, Long> lame = new BoundedMap<>(MOST);

  private Host host(InetAddress server, long now) {
    Host host = hosts.get(server);
    return host == null || now > host.until
        ? new Host(RoundTrip.NEW, EdnsSupport.ASSUMED, now + KEPT_MILLIS, Long.MIN_VALUE)
        : host;
  }

  public RoundTrip roundTrip(InetAddress server, long now) {
    return host(server, now).roundTrip;
  }

  public EdnsSupport edns(InetAddress server, long now) {
    return host(server, now).edns;
  }

  /** Sets the time by hand, as the replay of scenarios needs. */
  public void set(InetAddress server, int millis, long now) {
    Host host = host(server, now);
    hosts.put(
        server,
        new Host(new RoundTrip(millis, 0, millis, 0), host.edns, host.until, host.probedAt));
  }

  public void answered(InetAddress server, int millis, long now) {
    Host host = host(server, now);
    hosts.put(
        server, new Host(host.roundTrip.answered(millis), host.edns, host.until, host.probedAt));
  }

  public void silent(InetAddress server, long now) {
    Host host = host(server, now);
    hosts.put(server, new Host(host.roundTrip.silent(), host.edns, host.until, now));
  }

  public void refusesEdns(InetAddress server, long now) {
    Host host = host(server, now);
    hosts.put(server, new Host(host.roundTrip, EdnsSupport.REFUSED, host.until, host.probedAt));
  }

  public void lame(InetAddress server, Name zone, RRType type, long now) {
    lame.put(new Lame(server, zone, Concern.of(type)), now + KEPT_MILLIS);
  }

  public boolean isLame(InetAddress server, Name zone, RRType type, long now) {
    Long until = lame.get(new Lame(server, zone, Concern.of(type)));
    return until != null && now < until;
  }

  /**
   * One of the candidates: a random one among those nearly as fast as the fastest; dead ones only
   * when it is time to probe.
   */
  public Optional<InetAddress> choose(
      List<InetAddress> candidates, RandomGenerator random, long now) {
    var usable = new ArrayList<InetAddress>();
    for (InetAddress candidate : candidates) {
      Host host = host(candidate, now);
      if (!host.roundTrip.isDead() || now - PROBE_MILLIS >= host.probedAt) {
        usable.add(candidate);
      }
    }
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    int best = usable.stream().mapToInt(server -> expected(server, now)).min().orElseThrow();
    List<InetAddress> band =
        usable.stream()
            .filter(server -> expected(server, now) <= best + BAND)
            .sorted(Comparator.comparing(InetAddress::getHostAddress))
            .toList();
    return Optional.of(band.get(random.nextInt(band.size())));
  }

  private int expected(InetAddress server, long now) {
    RoundTrip trip = host(server, now).roundTrip;
    return trip.silences() > 0 || trip.smoothed() == 0 ? trip.timeout() : trip.smoothed();
  }
}
