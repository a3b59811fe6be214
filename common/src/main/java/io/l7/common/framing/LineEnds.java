package io.l7.common.framing;

/** Which octets end a line. */
public enum LineEnds {
  /** CR LF alone. A bare CR or a bare LF makes the line malformed, found at its true end. */
  STRICT,
  /**
   * CR LF or a bare LF (RFC 9112 §2.2 allows a recipient that much); a bare CR is data. Each is
   * counted.
   */
  LENIENT
}
