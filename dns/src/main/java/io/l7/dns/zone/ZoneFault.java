package io.l7.dns.zone;

import java.nio.file.Path;

/**
 * Something wrong with a zone, and where.
 *
 * @param line from 1; 0 when it concerns the zone as a whole
 */
public record ZoneFault(Path file, int line, String what) {
  /** {@code FILE:LINE: WHAT}. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + what;
  }
}
