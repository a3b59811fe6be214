package io.l7.http.client;

import java.nio.ByteBuffer;

/**
 * One direction of a WebSocket as its frames pass by (RFC 6455 §5.2): where one ends, so that
 * another can go in between. Looks at nothing but their headers; for one thread at a time.
 */
final class WebSocketFrames {
  private static final int LONGEST_HEADER = 14;
  private static final int OPCODE_CLOSE = 8;

  private final byte[] header = new byte[LONGEST_HEADER];
  private int headed;
  private long left;
  private boolean closes;

  /** Whether no frame has begun that has not ended. */
  boolean isBetweenFrames() {
    return headed == 0 && left == 0;
  }

  /** Whether a Close has passed: nothing may follow it (RFC 6455 §5.5.1). */
  boolean isClosed() {
    return closes && isBetweenFrames();
  }

  /**
   * Follows octets to the end of a frame at most.
   *
   * @return how many it followed
   */
  int follow(byte[] octets, int offset, int count) {
    int done = 0;
    while (done < count) {
      if (left == 0) {
        header[headed++] = octets[offset + done++];
        if (headed < headerLength()) {
          continue;
        }
        left = payloadLength();
        closes |= (header[0] & 0x0f) == OPCODE_CLOSE;
        headed = 0;
      } else {
        int part = (int) Math.min(left, count - done);
        done += part;
        left -= part;
      }
      if (left == 0) {
        break;
      }
    }
    return done;
  }

  private int headerLength() {
    if (headed < 2) {
      return 2;
    }
    int mask = (header[1] & 0x80) == 0 ? 0 : 4;
    return switch (header[1] & 0x7f) {
      case 126 -> 4 + mask;
      case 127 -> 10 + mask;
      default -> 2 + mask;
    };
  }

  private long payloadLength() {
    return switch (header[1] & 0x7f) {
      case 126 -> ByteBuffer.wrap(header).getShort(2) & 0xffff;
      case 127 -> ByteBuffer.wrap(header).getLong(2) & Long.MAX_VALUE;
      default -> header[1] & 0x7f;
    };
  }
}
