package io.l7.http.h2;

import io.l7.common.framing.WireReader;
import io.l7.http.h2.Http2Error.OfConnection;
import io.l7.http.h2.Http2Error.OfStream;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Takes frames out of a reader's array. A length is checked as soon as it is there, before anything
 * is read or allocated for it. For one thread.
 */
public final class FrameReader {
  /** RFC 9113 §6.5.2: what everybody takes, and all that we take. */
  public static final int MAX_FRAME_SIZE = 16_384;

  static final int HEADER = 9;

  private final WireReader in;

  public FrameReader(WireReader in) {
    this.in = in;
  }

  /**
   * The next frame, if all of it has been read.
   *
   * @throws OfConnection it breaks the protocol in a way that nothing can follow
   * @throws OfStream it breaks it for one stream; the next frame can be taken
   */
  public Optional<Frame> poll() throws Http2Error {
    if (in.buffered() < HEADER) {
      return Optional.empty();
    }
    byte[] b = in.buffer();
    int at = in.position();
    int length = (b[at] & 0xff) << 16 | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff);
    if (length > MAX_FRAME_SIZE) {
      throw new OfConnection(ErrorCode.FRAME_SIZE_ERROR, "a frame of " + length + " octets");
    }
    if (in.buffered() < HEADER + length) {
      return Optional.empty();
    }
    in.advance(HEADER + length);
    int stream = int32(b, at + 5) & Integer.MAX_VALUE;
    return Optional.of(frame(b[at + 3], b[at + 4], stream, b, at + HEADER, length));
  }

  private static Frame frame(int type, int flags, int stream, byte[] b, int at, int length)
      throws Http2Error {
    return switch (type) {
      case FrameWriter.DATA -> data(flags, onStream(stream), b, at, length);
      case FrameWriter.HEADERS -> headers(flags, onStream(stream), b, at, length);
      case FrameWriter.PRIORITY -> priority(onStream(stream), b, at, length);
      case FrameWriter.RST_STREAM -> {
        sized(length, 4);
        yield new Frame.RstStream(onStream(stream), uint32(b, at));
      }
      case FrameWriter.SETTINGS -> settings(flags, onConnection(stream), b, at, length);
      case FrameWriter.PUSH_PROMISE ->
          throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "a client that pushes"); // §8.4
      case FrameWriter.PING -> {
        sized(length, 8);
        onConnection(stream);
        long data = uint32(b, at) << 32 | uint32(b, at + 4);
        yield (flags & FrameWriter.ACK) != 0 ? new Frame.PingAck(data) : new Frame.Ping(data);
      }
      case FrameWriter.GOAWAY -> {
        onConnection(stream);
        atLeast(length, 8);
        yield new Frame.GoAway(int32(b, at) & Integer.MAX_VALUE, uint32(b, at + 4));
      }
      case FrameWriter.WINDOW_UPDATE -> windowUpdate(stream, b, at, length);
      case FrameWriter.CONTINUATION ->
          new Frame.Continuation(
              onStream(stream), b, at, length, (flags & FrameWriter.END_HEADERS) != 0);
      case FrameWriter.PRIORITY_UPDATE -> priorityUpdate(stream, b, at, length);
      default -> new Frame.Unknown(stream, type & 0xff);
    };
  }

  private static Frame data(int flags, int stream, byte[] b, int at, int length)
      throws OfConnection {
    int prefix = 0;
    int padding = 0;
    if ((flags & FrameWriter.PADDED) != 0) {
      atLeast(length, 1);
      prefix = 1;
      padding = b[at] & 0xff;
    }
    int left = unpadded(length - prefix, padding);
    boolean ends = (flags & FrameWriter.END_STREAM) != 0;
    return new Frame.Data(stream, b, at + prefix, left, length, ends);
  }

  private static Frame headers(int flags, int stream, byte[] b, int at, int length)
      throws OfConnection {
    int prefix = 0;
    int padding = 0;
    int dependsOn = -1;
    if ((flags & FrameWriter.PADDED) != 0) {
      atLeast(length, 1);
      prefix = 1;
      padding = b[at] & 0xff;
    }
    if ((flags & FrameWriter.PRIORITIZED) != 0) {
      atLeast(length, prefix + 5);
      dependsOn = int32(b, at + prefix) & Integer.MAX_VALUE;
      prefix += 5;
    }
    return new Frame.Headers(
        stream,
        b,
        at + prefix,
        unpadded(length - prefix, padding),
        dependsOn,
        (flags & FrameWriter.END_STREAM) != 0,
        (flags & FrameWriter.END_HEADERS) != 0);
  }

  /** RFC 9113 §6.1: padding that leaves no room for itself. */
  private static int unpadded(int length, int padding) throws OfConnection {
    if (padding > length) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "padding over the frame");
    }
    return length - padding;
  }

  private static Frame priority(int stream, byte[] b, int at, int length) throws OfStream {
    if (length != 5) { // §6.3: of the stream alone
      throw new OfStream(stream, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of " + length + " octets");
    }
    return new Frame.Priority(stream, int32(b, at) & Integer.MAX_VALUE);
  }

  private static Frame settings(int flags, int stream, byte[] b, int at, int length)
      throws OfConnection {
    onConnection(stream);
    if ((flags & FrameWriter.ACK) != 0) {
      sized(length, 0);
      return new Frame.SettingsAck();
    }
    if (length % 6 != 0) {
      throw new OfConnection(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of " + length + " octets");
    }
    var all = new ArrayList<Frame.Setting>(length / 6);
    for (int i = at; i < at + length; i += 6) {
      int id = (b[i] & 0xff) << 8 | (b[i + 1] & 0xff);
      all.add(new Frame.Setting(id, uint32(b, i + 2)));
    }
    return new Frame.Settings(all);
  }

  private static Frame windowUpdate(int stream, byte[] b, int at, int length) throws Http2Error {
    sized(length, 4);
    int increment = int32(b, at) & Integer.MAX_VALUE;
    if (increment == 0) { // §6.9
      throw stream == 0
          ? new OfConnection(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of nothing")
          : new OfStream(stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of nothing");
    }
    return new Frame.WindowUpdate(stream, increment);
  }

  private static Frame priorityUpdate(int stream, byte[] b, int at, int length)
      throws OfConnection {
    onConnection(stream);
    atLeast(length, 4);
    int prioritized = int32(b, at) & Integer.MAX_VALUE;
    return new Frame.PriorityUpdate(onStream(prioritized)); // RFC 9218 §7.1
  }

  private static int onStream(int stream) throws OfConnection {
    if (stream == 0) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "a frame of a stream on the connection");
    }
    return stream;
  }

  private static int onConnection(int stream) throws OfConnection {
    if (stream != 0) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "a frame of the connection on a stream");
    }
    return stream;
  }

  private static void sized(int length, int wanted) throws OfConnection {
    if (length != wanted) {
      throw new OfConnection(ErrorCode.FRAME_SIZE_ERROR, length + " octets in place of " + wanted);
    }
  }

  private static void atLeast(int length, int least) throws OfConnection {
    if (length < least) {
      throw new OfConnection(ErrorCode.FRAME_SIZE_ERROR, length + " octets, less than " + least);
    }
  }

  private static int int32(byte[] b, int at) {
    return (b[at] & 0xff) << 24
        | (b[at + 1] & 0xff) << 16
        | (b[at + 2] & 0xff) << 8
        | (b[at + 3] & 0xff);
  }

  private static long uint32(byte[] b, int at) {
    return Integer.toUnsignedLong(int32(b, at));
  }
}
