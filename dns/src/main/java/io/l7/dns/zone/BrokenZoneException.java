package io.l7.dns.zone;

import java.io.IOException;
import java.util.List;

/** A zone that must not be served; whoever serves an older version goes on with that. */
public final class BrokenZoneException extends IOException {
  private static final long serialVersionUID = 1L;
  private final transient List<ZoneFault> faults;

  public BrokenZoneException(List<ZoneFault> faults) {
    super(faults.isEmpty() ? "broken zone" : faults.getFirst().toString());
    this.faults = List.copyOf(faults);
  }

  /** What is wrong, in the order it was found; at least one. */
  public List<ZoneFault> faults() {
    return faults;
  }
}
