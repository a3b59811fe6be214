package io.l7.bittorrent.sim;

import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.swarm.PieceLayout;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * A swarm to simulate.
 *
 * @param layout of the content
 * @param seedBps uplink of the one seed, bits a second
 * @param peers the links of the leechers, bits a second
 * @param delay one way, between any two peers
 * @param brain the policies of everybody
 * @param connections a peer keeps at most; half of them it dials itself
 * @param arrivals over how long the leechers arrive, evenly; zero is a flash crowd
 * @param behaviour who does not play by the rules
 * @param churn who comes and goes
 * @param randomSeed the same gives the same trace
 * @param timeLimit of virtual time; what is not done by then counts as unfinished
 */
public record SimConfig(
    PieceLayout layout,
    double seedBps,
    List<Capacity.Links> peers,
    Duration delay,
    BrainConfig brain,
    int connections,
    Duration arrivals,
    Behaviour behaviour,
    Churn churn,
    long randomSeed,
    Duration timeLimit) {
  /**
   * Who does not play by the rules; counted from the first leecher on.
   *
   * @param freeRiders never unchoke anybody
   * @param poisoners next after the free riders; corrupt some of the blocks they send
   * @param corruption the share of a poisoner's blocks that is corrupt
   */
  public record Behaviour(int freeRiders, int poisoners, double corruption) {
    /** Everybody plays by the rules. */
    public static final Behaviour HONEST = new Behaviour(0, 0, 0);
  }

  /**
   * Who comes and goes.
   *
   * @param meanUp how long a leecher stays at a time, on average; zero for ever
   * @param meanDown how long it is away, on average
   * @param leaveWhenComplete how many leechers leave for good when they are done
   */
  public record Churn(Duration meanUp, Duration meanDown, int leaveWhenComplete) {
    /** Everybody stays to the end. */
    public static final Churn NONE = new Churn(Duration.ZERO, Duration.ZERO, 0);
  }

  public SimConfig {
    if (peers.isEmpty() || connections < 2) {
      throw new IllegalArgumentException("a swarm needs a leecher and two connections a peer");
    }
    if (behaviour.freeRiders() < 0 || behaviour.poisoners() < 0 || churn.leaveWhenComplete() < 0) {
      throw new IllegalArgumentException("fewer than no rogues, or than none who leave");
    }
    if (behaviour.freeRiders() + behaviour.poisoners() > peers.size()) {
      throw new IllegalArgumentException("more rogues than peers");
    }
    peers = List.copyOf(peers);
  }

  /** A flash crowd of equal, honest peers without limit on their downlinks. */
  public static SimConfig of(
      int peers, PieceLayout layout, double upBps, double seedBps, long randomSeed) {
    return new SimConfig(
        layout,
        seedBps,
        Collections.nCopies(peers, new Capacity.Links(upBps, Double.POSITIVE_INFINITY)),
        Duration.ofMillis(20),
        BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.SUPER),
        40,
        Duration.ZERO,
        Behaviour.HONEST,
        Churn.NONE,
        randomSeed,
        Duration.ofDays(2));
  }

  /** What the bound is computed from. */
  public Capacity capacity() {
    return new Capacity(layout.totalLength() * 8.0, seedBps, peers);
  }

  /** The same with other links of the leechers. */
  public SimConfig peers(List<Capacity.Links> links) {
    return new SimConfig(
        layout,
        seedBps,
        links,
        delay,
        brain,
        connections,
        arrivals,
        behaviour,
        churn,
        randomSeed,
        timeLimit);
  }

  /** The same with other policies. */
  public SimConfig brain(BrainConfig newBrain) {
    return new SimConfig(
        layout,
        seedBps,
        peers,
        delay,
        newBrain,
        connections,
        arrivals,
        behaviour,
        churn,
        randomSeed,
        timeLimit);
  }

  /** The same with rogues. */
  public SimConfig behaviour(Behaviour newBehaviour) {
    return new SimConfig(
        layout,
        seedBps,
        peers,
        delay,
        brain,
        connections,
        arrivals,
        newBehaviour,
        churn,
        randomSeed,
        timeLimit);
  }

  /** The same with peers that come and go. */
  public SimConfig churn(Churn newChurn) {
    return new SimConfig(
        layout,
        seedBps,
        peers,
        delay,
        brain,
        connections,
        arrivals,
        behaviour,
        newChurn,
        randomSeed,
        timeLimit);
  }

  /** The same with another delay, one way. */
  public SimConfig delay(Duration newDelay) {
    return new SimConfig(
        layout,
        seedBps,
        peers,
        newDelay,
        brain,
        connections,
        arrivals,
        behaviour,
        churn,
        randomSeed,
        timeLimit);
  }

  /** The same with leechers that arrive over some time. */
  public SimConfig arrivals(Duration newArrivals) {
    return new SimConfig(
        layout,
        seedBps,
        peers,
        delay,
        brain,
        connections,
        newArrivals,
        behaviour,
        churn,
        randomSeed,
        timeLimit);
  }
}
