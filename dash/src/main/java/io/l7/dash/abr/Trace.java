package io.l7.dash.abr;

import java.util.List;

/** A link's recorded behaviour: constant pieces, played again from the start at the end. */
public record Trace(String name, List<Period> periods) {

  /**
   * One piece: milliseconds, kbit/s (0 = outage), milliseconds of delay before a request's first
   * bit.
   */
  public record Period(double durationMs, double kbps, double latencyMs) {
    public Period {
      if (!(durationMs >= 0) || !(kbps >= 0) || !(latencyMs >= 0)) {
        throw new IllegalArgumentException("a trace period needs figures of zero or more");
      }
    }
  }

  /**
   * @throws IllegalArgumentException if no period moves a bit, for then no download would ever end
   */
  public Trace {
    periods = List.copyOf(periods);
    if (periods.stream().noneMatch(p -> p.durationMs() > 0 && p.kbps() > 0)) {
      throw new IllegalArgumentException("trace " + name + " never moves a bit");
    }
  }
}
