package io.l7.dash.abr;

/**
 * Sabre's network: a request waits one latency, then moves bits at the rate of the period it is in,
 * crossing periods exactly. Holds the trace's position; not thread-safe.
 */
final class LinkModel {
  /** A running request is looked at after this much more time and this many more bits. */
  static final double LOOK_MS = 50;

  static final double LOOK_BITS = 12_000;

  private final Trace trace;
  private int index;
  private double left;

  LinkModel(Trace trace) {
    this.trace = trace;
    left = period().durationMs();
  }

  private Trace.Period period() {
    return trace.periods().get(index);
  }

  private void next() {
    index = (index + 1) % trace.periods().size();
    left = period().durationMs();
  }

  void pass(double ms) {
    double time = ms;
    while (time > left) {
      time -= left;
      next();
    }
    left -= time;
  }

  /** Passes one latency; one that spans periods is used up in proportion. Returns its ms. */
  double latency() {
    double share = 1;
    double total = 0;
    while (share > 0) {
      double now = period().latencyMs();
      double time = share * now;
      if (time <= left) {
        left -= time;
        return total + time;
      }
      total += left;
      share -= left / now;
      next();
    }
    return total;
  }

  /** Moves all bits; returns the ms it took. */
  double move(double bits) {
    double size = bits;
    double total = 0;
    while (size > 0) {
      double kbps = period().kbps();
      if (size <= left * kbps) {
        double time = size / kbps;
        left -= time;
        return total + time;
      }
      total += left;
      size -= left * kbps;
      next();
    }
    return total;
  }

  /** Moves bits until the next look: at most {@code bits}, at least both minima. */
  Moved moveSome(double bits, double minBits, double minMs) {
    double size = bits;
    double needBits = minBits;
    double needMs = minMs;
    double movedBits = 0;
    double movedMs = 0;
    while (size > 0 && (needBits > 0 || needMs > 0)) {
      double kbps = period().kbps();
      double now;
      double time;
      if (kbps > 0) {
        double least = Math.max(needBits, needMs * kbps);
        double here = left * kbps;
        if (size <= least && size <= here) {
          now = size;
          time = now / kbps;
          left -= time;
        } else if (least <= here) {
          now = least;
          time = now / kbps;
          needBits = 0;
          needMs = 0;
          left -= time;
        } else {
          now = here;
          time = left;
          next();
        }
      } else {
        now = 0;
        if (needBits > 0 || needMs > left) {
          time = left;
          next();
        } else {
          time = needMs;
          left -= time;
        }
      }
      movedBits += now;
      movedMs += time;
      size -= now;
      needBits -= now;
      needMs -= time;
    }
    return new Moved(movedBits, movedMs);
  }

  record Moved(double bits, double ms) {}
}
