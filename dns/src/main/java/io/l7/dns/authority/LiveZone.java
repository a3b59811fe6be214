package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.zone.Zone;

/** A zone as it is served now: readers take the current version, one writer at a time sets the next. */
public final class LiveZone {
  private volatile Version current;

  /** A version and its number; numbers rise with every change and are never used twice. */
  record Version(Zone zone, long number) {}

  public LiveZone(Zone zone) {
    this.current = new Version(zone, 1);
  }

  public Zone zone() {
    return current.zone;
  }

  public Name origin() {
    return current.zone.origin();
  }

  Version version() {
    return current;
  }

  /** Serves {@code zone} from now on; questions under way end with the version they started with. */
  public synchronized void publish(Zone zone) {
    current = new Version(zone, current.number + 1);
  }
}
