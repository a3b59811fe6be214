package io.l7.dns.resolver;

import io.l7.dns.cache.BoundedMap;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Questions of one kind left unanswered, from which on a dead server is dead for that kind. */
  private static final int MOST_SILENCES = 3;

  /**
   * Questions that may wait for one server that has been silent to the last few: a flood of names
   * below a dead zone costs that many places and no more.
   */
  private static final int MOST_AT_SILENT = 100;

  /** For so long a server that refused is asked last. */
  private static final long REFUSAL_MILLIS = 60_000;

  /** A dead server is asked again after this long. */
  private static final long PROBE_MILLIS = 60_000;

  /**
   * Some servers are silent for one type only, and useful for the others.
   *
   * @param probedAt when it was last silent
   */
  private record Host(
      RoundTrip roundTrip,
      Map<Concern, Integer> silences,
      EdnsSupport edns,
      long until,
      long probedAt) {
    Host with(RoundTrip trip, Map<Concern, Integer> silent, long probed) {
      return new Host(trip, silent, edns, until, probed);
    }

    boolean isDeadFor(Concern concern) {
      return roundTrip.isDead() && silences.getOrDefault(concern, 0) >= MOST_SILENCES;
    }

    int expected() {
      boolean guess = roundTrip.silences() > 0 || roundTrip.smoothed() == 0;
      return guess ? Math.min(roundTrip.timeout(), RoundTrip.DEAD) : roundTrip.smoothed();
    }
  }

  /** Some servers are lame for one type only: those that cannot do AAAA. */
  private record Lame(InetAddress server, Name zone, Concern concern) {}

  private record Refusal(InetAddress server, Name zone) {}

  private enum Concern {
    A,
    AAAA,
    OTHER;

    static Concern of(RRType type) {
      if (type.equals(RRType.A)) {
        return A;
      }
      return type.equals(RRType.AAAA) ? AAAA : OTHER;
    }
  }

  /** Whether a server takes EDNS. */
  public enum EdnsSupport {
    ASSUMED,
    REFUSED
  }

  private final BoundedMap<InetAddress, Host> hosts = new BoundedMap<>(MOST);
  private final ConcurrentHashMap<InetAddress, Integer> inFlight = new ConcurrentHashMap<>();
  private final BoundedMap<Refusal, Long> refusals = new BoundedMap<>(MOST);
  private final BoundedMap<Lame, Long> lame = new BoundedMap<>(MOST);

  /** Whether a time that lasted so long has ended; also when the clock was set back under it. */
  private static boolean isOver(long until, long lasted, long now) {
    return now >= until || until - now > lasted;
  }

  private Host host(InetAddress server, long now) {
    Host host = hosts.get(server);
    return host == null || isOver(host.until, KEPT_MILLIS, now)
        ? new Host(RoundTrip.NEW, Map.of(), EdnsSupport.ASSUMED, now + KEPT_MILLIS, Long.MIN_VALUE)
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
    hosts.put(server, host.with(new RoundTrip(millis, 0, millis, 0), Map.of(), host.probedAt));
  }

  public void answered(InetAddress server, int millis, long now) {
    Host host = host(server, now);
    hosts.put(server, host.with(host.roundTrip.answered(millis), Map.of(), host.probedAt));
  }

  /**
   * A question stayed without an answer.
   *
   * @param waited milliseconds
   */
  public void silent(InetAddress server, RRType type, int waited, long now) {
    Host host = host(server, now);
    var silences = new EnumMap<Concern, Integer>(Concern.class);
    silences.putAll(host.silences);
    silences.merge(Concern.of(type), 1, Integer::sum);
    hosts.put(server, host.with(host.roundTrip.silent(waited), silences, now));
  }

  public void refusesEdns(InetAddress server, long now) {
    Host host = host(server, now);
    hosts.put(
        server,
        new Host(host.roundTrip, host.silences, EdnsSupport.REFUSED, host.until, host.probedAt));
  }

  public void lame(InetAddress server, Name zone, RRType type, long now) {
    lame.put(new Lame(server, zone, Concern.of(type)), now + KEPT_MILLIS);
  }

  public boolean isLame(InetAddress server, Name zone, RRType type, long now) {
    Long until = lame.get(new Lame(server, zone, Concern.of(type)));
    return until != null && !isOver(until, KEPT_MILLIS, now);
  }

  /** A server does not want to speak of a zone. */
  public void refused(InetAddress server, Name zone, long now) {
    refusals.put(new Refusal(server, zone), now + REFUSAL_MILLIS);
  }

  /** Whether a server refused to speak of a zone lately. */
  public boolean hasRefused(InetAddress server, Name zone, long now) {
    Long until = refusals.get(new Refusal(server, zone));
    return until != null && !isOver(until, REFUSAL_MILLIS, now);
  }

  /**
   * One of the candidates: a random one among those nearly as fast as the fastest; those dead for
   * the type only when it is time to probe.
   */
  public Optional<InetAddress> choose(
      List<InetAddress> candidates, RRType type, RandomGenerator random, long now) {
    var usable = new ArrayList<InetAddress>();
    int best = Integer.MAX_VALUE;
    for (InetAddress candidate : candidates) {
      Host host = host(candidate, now);
      if (!host.isDeadFor(Concern.of(type))
          || isOver(host.probedAt + PROBE_MILLIS, PROBE_MILLIS, now)) {
        usable.add(candidate);
        best = Math.min(best, host.expected());
      }
    }
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    int slowest = best + BAND;
    List<InetAddress> band =
        usable.stream()
            .filter(server -> host(server, now).expected() <= slowest)
            .sorted(Comparator.comparing(InetAddress::getHostAddress))
            .toList();
    InetAddress chosen = band.get(random.nextInt(band.size()));
    Host host = host(chosen, now);
    if (host.isDeadFor(Concern.of(type))) {
      // One question probes; the others go on taking the server for dead.
      hosts.put(chosen, host.with(host.roundTrip, host.silences, now));
    }
    return Optional.of(chosen);
  }

  /** Whether a silent server has as many questions waiting as it may. */
  public boolean isCrowded(InetAddress server, long now) {
    return inFlight.getOrDefault(server, 0) >= MOST_AT_SILENT
        && host(server, now).roundTrip.silences() >= MOST_SILENCES;
  }

  /** A question leaves for a server. */
  public void sent(InetAddress server) {
    inFlight.merge(server, 1, Integer::sum);
  }

  /** A question that left has come to an end. */
  public void done(InetAddress server) {
    inFlight.computeIfPresent(server, (key, waiting) -> waiting == 1 ? null : waiting - 1);
  }
}
