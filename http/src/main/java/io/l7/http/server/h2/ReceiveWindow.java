package io.l7.http.server.h2;

import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Http2Error.OfConnection;

/** How much all requests of a connection together may still send (RFC 9113 §6.9). */
final class ReceiveWindow {
  private final int size;
  private int left;
  private int taken;

  ReceiveWindow(int size) {
    this.size = size;
    this.left = size;
  }

  /** So many octets came. */
  synchronized void arrive(int octets) throws OfConnection {
    if (octets > left) {
      throw new OfConnection(ErrorCode.FLOW_CONTROL_ERROR, "content over the window");
    }
    left -= octets;
  }

  /**
   * So many octets were read or dropped.
   *
   * @return what to grant now; 0 as long as it is little
   */
  synchronized int taken(int octets) {
    taken += octets;
    if (taken < size / 2) {
      return 0;
    }
    int room = taken;
    taken = 0;
    left += room;
    return room;
  }
}
