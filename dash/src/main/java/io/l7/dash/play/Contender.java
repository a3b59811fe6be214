package io.l7.dash.play;

import io.l7.dash.abr.AbrRule;
import io.l7.dash.play.EdgeFetcher.Task;
import io.l7.dash.play.Fetcher.Outcome;
import java.net.URI;
import java.util.OptionalDouble;

/** One request for something, at one edge: what it tells meter and rule while it runs. */
final class Contender implements Watcher {
  private final Task task;
  private final EdgeSelector.Choice edge;
  private final URI uri;
  private final Rated rated;
  private final BandwidthMeter meter;
  private final double levelMs;
  private final double aheadMs;
  private boolean answered;
  private boolean over;

  /** The rule that chose the rate, and what it chose. */
  record Rated(AbrRule rule, int quality) {}

  /**
   * @param meter shared by all that run at a time, and the lock for it and the rule
   */
  Contender(
      Task task,
      EdgeSelector.Choice edge,
      URI uri,
      Rated rated,
      PlayoutBuffer buffer,
      BandwidthMeter meter) {
    this.task = task;
    this.edge = edge;
    this.uri = uri;
    this.rated = rated;
    this.meter = meter;
    this.levelMs = buffer.levelMs();
    this.aheadMs = buffer.aheadMs(0);
  }

  String edge() {
    return edge.edge();
  }

  URI uri() {
    return uri;
  }

  /** What could be played when it was asked, in ms. */
  double levelMs() {
    return levelMs;
  }

  @Override
  public void answered(double nowMs) {
    synchronized (meter) {
      if (!over) {
        answered = true;
        meter.begin(nowMs);
      }
    }
  }

  @Override
  public void received(double bits, double nowMs) {
    synchronized (meter) {
      if (!over) {
        meter.received(bits, nowMs);
      }
    }
  }

  @Override
  public boolean leave(
      double totalBits, double receivedBits, double elapsedMs, double firstByteMs) {
    var progress =
        new AbrRule.Progress(
            Math.max(0, task.segment()),
            rated.quality(),
            totalBits,
            receivedBits,
            elapsedMs,
            firstByteMs,
            Math.max(0, aheadMs - elapsedMs));
    synchronized (meter) {
      return !over && rated.rule().watch(progress) == AbrRule.Verdict.GIVE_UP;
    }
  }

  /** It is over; what it says of the link in kbit/s, if anything. */
  OptionalDouble ended() {
    synchronized (meter) {
      boolean counts = answered && !over;
      over = true;
      return counts ? meter.end() : OptionalDouble.empty();
    }
  }

  /** Its line in the report. */
  PlayReport.Chunk record(double startMs, Outcome outcome, OptionalDouble measured) {
    String failure = outcome instanceof Outcome.Failed failed ? "; failed: " + failed.why() : "";
    return new PlayReport.Chunk(
        task.kind(),
        task.segment() + 1,
        task.representation().id(),
        task.representation().bandwidth() / 1000.0,
        uri.toString(),
        (long) (bits(outcome) / 8),
        startMs,
        outcome.elapsedMs(),
        firstByteMs(outcome),
        levelMs,
        measured.orElse(0),
        switch (outcome) {
          case Outcome.Done _ -> PlayReport.Ending.PLAYED;
          case Outcome.GivenUp _ -> PlayReport.Ending.GIVEN_UP;
          case Outcome.Failed _ -> PlayReport.Ending.FAILED;
          case Outcome.Missing _ -> PlayReport.Ending.EARLY;
        },
        task.why() + "; " + edge.why() + failure);
  }

  /** The transfer as the rule counts it. */
  AbrRule.Transfer transfer(Outcome outcome) {
    return new AbrRule.Transfer(
        Math.max(0, task.segment()),
        rated.quality(),
        bits(outcome),
        outcome.elapsedMs(),
        firstByteMs(outcome),
        outcome instanceof Outcome.Done ? AbrRule.Ending.COMPLETE : AbrRule.Ending.GIVEN_UP);
  }

  private static double bits(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done.content().length * 8.0;
      case Outcome.GivenUp left -> left.bits();
      case Outcome.Failed _, Outcome.Missing _ -> 0;
    };
  }

  private static double firstByteMs(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done.firstByteMs();
      case Outcome.GivenUp left -> left.firstByteMs();
      case Outcome.Failed _, Outcome.Missing _ -> 0;
    };
  }
}
