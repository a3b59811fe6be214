package io.l7.bittorrent.sim;

import io.l7.bittorrent.bound.Bound;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.sim.SimReport.PeerResult;
import io.l7.bittorrent.swarm.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs a swarm in virtual time, on the calling thread. */
public final class Simulator {
  private Simulator() {}

  /** Runs it and keeps nothing but the report. */
  public static SimReport run(SimConfig config) {
    return run(config, Trace.NONE, PeerBrain.UNLOGGED);
  }

  /**
   * Runs it.
   *
   * @param config the swarm
   * @param trace receives every event
   * @param log receives every decision of every brain
   */
  public static SimReport run(SimConfig config, Trace trace, Consumer<Decision> log) {
    Swarm swarm = new Swarm(config, trace, log);
    swarm.run();
    return report(swarm);
  }

  private static SimReport report(Swarm swarm) {
    SimConfig config = swarm.config;
    double start = Math.max(0, swarm.seed.firstSentAt) / 1e9;
    double end = swarm.loop.now() / 1e9;
    double span = Math.max(end - start, 1e-9);
    List<PeerResult> results = new ArrayList<>();
    long received = 0;
    long wasted = 0;
    long sent = 0;
    for (SimPeer peer : swarm.leechers) {
      double done =
          peer.completedAt < 0 ? Double.POSITIVE_INFINITY : peer.completedAt / 1e9 - start;
      results.add(
          new PeerResult(
              peer.key.id(),
              peer.role.name().toLowerCase(Locale.ROOT).replace('_', '-'),
              done,
              peer.sentBytes,
              peer.receivedBytes,
              use(peer.sentBytes, peer.links.upBps(), span)));
      received += peer.receivedBytes;
      wasted += peer.wastedBytes;
      sent += peer.sentBytes;
    }
    double[] times = results.stream().mapToDouble(PeerResult::completedSeconds).sorted().toArray();
    Bound bound = Bound.peerToPeer(config.capacity());
    double last = times[times.length - 1];
    return new SimReport(
        bound,
        Bound.clientServer(config.capacity()),
        List.copyOf(results),
        last,
        times[(times.length - 1) / 2],
        bound.seconds() / last,
        use(swarm.seed.sentBytes, config.seedBps(), span),
        use(sent, config.capacity().totalUpBps(), span),
        (double) swarm.seed.sentBytes / config.layout().totalLength(),
        received == 0 ? 0 : (double) wasted / received,
        jain(times),
        swarm.measures.interestEntropy(),
        swarm.measures.replicaEntropy(),
        swarm.loop.eventsRun(),
        swarm.traceHash());
  }

  private static double use(long bytes, double bps, double seconds) {
    return bps <= 0 ? 0 : bytes * 8.0 / (bps * seconds);
  }

  /** Jain, Chiu and Hawe 1984: (sum x)^2 / (n sum x^2). */
  private static double jain(double[] values) {
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
    }
    return squares == 0 || Double.isInfinite(sum) ? 0 : sum * sum / (values.length * squares);
  }
}
