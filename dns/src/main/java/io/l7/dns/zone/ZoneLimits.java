package io.l7.dns.zone;

/** The bounds on what a zone's files may ask for. */
public record ZoneLimits(int includeDepth, int generated, int entryCharacters, int findings) {
  /**
   * Files inside files: 8, since a loop must end and nobody nests deeper. Records a $GENERATE line
   * may make: 65,536, one for each address of an IPv4 /16, the most that reverse zones delegate at
   * once. Characters of one entry with all its lines: 256 KiB, as rdata of 65,535 octets takes four
   * characters an octet in its worst form. Findings kept of one check: 1,000, since a reader stops
   * long before.
   */
  public static ZoneLimits defaults() {
    return new ZoneLimits(8, 65_536, 256 * 1024, 1_000);
  }
}
