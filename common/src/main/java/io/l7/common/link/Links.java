package io.l7.common.link;

import io.l7.common.time.Scheduler;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The links of a lab: every host has an uplink and a downlink with a rate, every pair of hosts a
 * path with delay, jitter and loss. Traffic is counted by path. Safe for all threads.
 */
public final class Links {
  private final Map<InetAddress, Wire> up = new ConcurrentHashMap<>();
  private final Map<InetAddress, Wire> down = new ConcurrentHashMap<>();
  private final Map<Pair, Wire> paths = new ConcurrentHashMap<>();
  private final Scheduler time;
  private final RandomGenerator random;
  private volatile Conditions otherwise = path -> Impairment.NONE;

  /** A way from one host to another. */
  public record Pair(InetAddress from, InetAddress to) {}

  /** Links with randomness from {@code seed}. */
  public Links(Scheduler time, long seed) {
    this.time = time;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  Scheduler time() {
    return time;
  }

  /** What each path does that nobody described. */
  @FunctionalInterface
  public interface Conditions {
    /** What this path does, for as long as the links exist. */
    Impairment of(Pair path);
  }

  /** Sets the conditions of paths that nobody described; those that have been used stay. */
  public void otherwise(Conditions conditions) {
    otherwise = conditions;
  }

  /** The uplink of a host: everything it sends shares it. */
  public Wire up(InetAddress host) {
    return up.computeIfAbsent(host, h -> wire(Impairment.NONE));
  }

  /** The downlink of a host: everything it is sent shares it. */
  public Wire down(InetAddress host) {
    return down.computeIfAbsent(host, h -> wire(Impairment.NONE));
  }

  /** The path from one host to another. */
  public Wire path(InetAddress from, InetAddress to) {
    return paths.computeIfAbsent(new Pair(from, to), pair -> wire(otherwise.of(pair)));
  }

  private Wire wire(Impairment impairment) {
    return new Wire(impairment, random);
  }

  /** Cuts or mends the path between two hosts, both ways. */
  public void cut(InetAddress one, InetAddress other, Wire.State state) {
    path(one, other).cut(state);
    path(other, one).cut(state);
  }

  /** Octets sent so far, by path. */
  public Map<Pair, Long> traffic() {
    var traffic = new ConcurrentHashMap<Pair, Long>();
    ToLongFunction<Wire> octets = Wire::octets;
    paths.forEach((pair, wire) -> traffic.put(pair, octets.applyAsLong(wire)));
    return traffic;
  }

  /** When {@code length} octets sent now arrive, by the rates and delays of all three wires. */
  long arrival(InetAddress from, InetAddress to, int length) {
    var up = up(from);
    var path = path(from, to);
    var down = down(to);
    long sent = up.transmit(time.nanos(), length) + up.delay();
    long crossed = path.transmit(sent, length) + path.delay();
    return down.transmit(crossed, length) + down.delay();
  }

  /** The propagation delay, jitter included, of something sent now. */
  long delay(InetAddress from, InetAddress to) {
    return up(from).delay() + path(from, to).delay() + down(to).delay();
  }

  /** How many copies of a datagram sent now arrive: none when one wire loses it. */
  int copies(InetAddress from, InetAddress to) {
    int copies = up(from).copies();
    copies *= copies == 0 ? 0 : path(from, to).copies();
    return copies == 0 ? 0 : copies * down(to).copies();
  }
}
