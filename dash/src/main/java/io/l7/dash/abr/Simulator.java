package io.l7.dash.abr;

import io.l7.dash.abr.AbrRule.Choice;
import io.l7.dash.abr.AbrRule.Ending;
import io.l7.dash.abr.AbrRule.Progress;
import io.l7.dash.abr.AbrRule.State;
import io.l7.dash.abr.AbrRule.Transfer;
import io.l7.dash.abr.AbrRule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Plays a film over a trace in virtual time with Sabre's player and network model, so that scores
 * are comparable with those of the literature to the third decimal. One instance is one run.
 */
public final class Simulator {
  /** Sabre's default and that of its published scores. */
  public static final double DEFAULT_BUFFER_MS = 25_000;

  /** Weight of a stalled segment duration against ln(rate) units. */
  public static final double STALL_WEIGHT = 5;

  private final Movie movie;
  private final AbrRule rule;
  private final LinkModel link;
  private final double capacityMs;
  private final List<Session.Attempt> attempts = new ArrayList<>();
  private double nowMs;
  private double bufferMs;
  private double stalledMs;
  private int stalls;

  private Simulator(Movie movie, Trace trace, AbrRule rule, double capacityMs) {
    this.movie = movie;
    this.rule = rule;
    this.link = new LinkModel(trace);
    this.capacityMs = capacityMs;
  }

  /** Plays the whole film. Deterministic. */
  public static Session run(Movie movie, Trace trace, AbrAlgorithm algorithm, double bufferMs) {
    var simulator = new Simulator(movie, trace, algorithm.start(movie, bufferMs), bufferMs);
    return simulator.play(trace.name(), algorithm.name());
  }

  private Session play(String trace, String algorithm) {
    int[] played = new int[movie.segments()];
    Choice first = rule.choose(new State(0, 0));
    double latency = link.latency();
    double bits = movie.sizeBits(0, first.quality());
    double elapsed = latency + link.move(bits);
    record(0, first, OptionalDouble.empty(), elapsed, bits);
    nowMs = elapsed;
    bufferMs = movie.segmentMs();
    played[0] = first.quality();
    rule.finished(new Transfer(0, first.quality(), bits, elapsed, latency, Ending.COMPLETE));
    for (int segment = 1; segment < movie.segments(); ) {
      double excess = bufferMs + movie.segmentMs() - capacityMs;
      if (excess > 0) {
        drain(excess);
        link.pass(excess);
        rule.waited(excess);
      }
      Choice choice = rule.choose(new State(segment, bufferMs));
      if (choice.waitMs() > 0) {
        drain(choice.waitMs());
        link.pass(choice.waitMs());
      }
      if (fetch(segment, choice) == Ending.COMPLETE) {
        played[segment++] = choice.quality();
      }
    }
    return score(trace, algorithm, played, elapsed);
  }

  private Ending fetch(int segment, Choice choice) {
    double size = movie.sizeBits(segment, choice.quality());
    double latency = link.latency();
    double elapsed = latency;
    double received = 0;
    double nextLookMs = LinkModel.LOOK_MS - latency;
    var ending = Ending.COMPLETE;
    while (received < size) {
      var moved = link.moveSome(size - received, LinkModel.LOOK_BITS, nextLookMs);
      elapsed += moved.ms();
      received += moved.bits();
      nextLookMs = LinkModel.LOOK_MS;
      if (received < size) {
        double left = Math.max(0, bufferMs - elapsed);
        var progress =
            new Progress(segment, choice.quality(), size, received, elapsed, latency, left);
        if (rule.watch(progress) == Verdict.GIVE_UP) {
          ending = Ending.GIVEN_UP;
          break;
        }
      }
    }
    var cut = ending == Ending.COMPLETE ? OptionalDouble.empty() : OptionalDouble.of(elapsed);
    record(segment, choice, cut, elapsed, received);
    drain(elapsed);
    if (ending == Ending.COMPLETE) {
      bufferMs += movie.segmentMs();
    }
    rule.finished(new Transfer(segment, choice.quality(), received, elapsed, latency, ending));
    return ending;
  }

  private void record(int segment, Choice choice, OptionalDouble cut, double elapsed, double bits) {
    attempts.add(
        new Session.Attempt(
            segment,
            choice.quality(),
            choice.waitMs(),
            cut,
            nowMs,
            elapsed,
            bits,
            bufferMs,
            choice.why()));
  }

  private void drain(double ms) {
    nowMs += ms;
    if (ms <= bufferMs) {
      bufferMs -= ms;
      return;
    }
    stalls += bufferMs > 0 ? 1 : 0;
    stalledMs += ms - bufferMs;
    bufferMs = 0;
  }

  private Session score(String trace, String algorithm, int[] played, double firstMs) {
    double utility = 0;
    double rate = 0;
    int switches = 0;
    for (int k = 0; k < played.length; k++) {
      utility += movie.utility(played[k]);
      rate += movie.rateKbps(played[k]);
      switches += k > 0 && played[k] != played[k - 1] ? 1 : 0;
    }
    double playMs = played.length * movie.segmentMs() + stalledMs + firstMs;
    double slots = playMs / movie.segmentMs();
    return new Session(
        trace,
        algorithm,
        (utility - STALL_WEIGHT * stalledMs / movie.segmentMs()) / slots,
        utility / slots,
        rate / slots,
        stalledMs,
        stalls,
        switches,
        playMs,
        attempts);
  }
}
