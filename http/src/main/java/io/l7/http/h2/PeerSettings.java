package io.l7.http.h2;

import io.l7.http.h2.Http2Error.OfConnection;
import java.util.List;

/**
 * What the client asked for (RFC 9113 §6.5.2), of what a server that never pushes needs.
 *
 * @param tableSize of the dynamic table that our field blocks may use, octets
 * @param initialWindow what may be sent on a new stream, octets
 * @param frameSize the most octets in a frame
 */
public record PeerSettings(long tableSize, int initialWindow, int frameSize) {
  /** What counts before the first SETTINGS. */
  public static final PeerSettings INITIAL = new PeerSettings(4096, 65_535, 16_384);

  public static final int HEADER_TABLE_SIZE = 1;
  public static final int ENABLE_PUSH = 2;
  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int MAX_FRAME_SIZE = 5;
  public static final int MAX_HEADER_LIST_SIZE = 6;

  /** RFC 9218 §2.1. */
  public static final int NO_RFC7540_PRIORITIES = 9;

  private static final int LEAST_FRAME_SIZE = 1 << 14;
  private static final int MOST_FRAME_SIZE = (1 << 24) - 1;

  /**
   * These settings with others, in order.
   *
   * @throws OfConnection a value that may not be
   */
  public PeerSettings with(List<Frame.Setting> changes) throws OfConnection {
    long table = tableSize;
    long window = initialWindow;
    long frame = frameSize;
    for (Frame.Setting change : changes) {
      long value = change.value();
      switch (change.id()) {
        case HEADER_TABLE_SIZE -> table = value;
        case ENABLE_PUSH -> check(value <= 1, ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH");
        case INITIAL_WINDOW_SIZE -> {
          check(value <= Integer.MAX_VALUE, ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE");
          window = value;
        }
        case MAX_FRAME_SIZE -> {
          check(
              value >= LEAST_FRAME_SIZE && value <= MOST_FRAME_SIZE,
              ErrorCode.PROTOCOL_ERROR,
              "MAX_FRAME_SIZE");
          frame = value;
        }
        default -> {} // §6.5.2: unknown ones have no meaning
      }
    }
    return new PeerSettings(table, (int) window, (int) frame);
  }

  private static void check(boolean holds, ErrorCode otherwise, String what) throws OfConnection {
    if (!holds) {
      throw new OfConnection(otherwise, what + " out of its range");
    }
  }
}
