package io.l7.http.h2;

import io.l7.http.h2.Http2Error.OfConnection;
import java.util.Arrays;

/**
 * Puts a field block together from its frames (RFC 9113 §4.3, §6.10), of bounded size and number.
 * For one thread.
 */
public final class BlockAssembly {
  private static final byte[] NOTHING = new byte[0];

  private final Http2Limits limits;
  private final FloodGuard guard;
  private byte[] octets = NOTHING;
  private int offset;
  private int length;
  private int frames;
  private int stream;
  private boolean endsStream;

  public BlockAssembly(Http2Limits limits, FloodGuard guard) {
    this.limits = limits;
    this.guard = guard;
  }

  /** Whether the next frame must go on with a block. */
  public boolean isOpen() {
    return frames > 0;
  }

  /**
   * Begins a block.
   *
   * @return whether it is complete
   */
  public boolean begin(Frame.Headers frame) {
    stream = frame.stream();
    endsStream = frame.endsStream();
    length = frame.length();
    if (frame.endsHeaders()) {
      octets = frame.array();
      offset = frame.offset();
      frames = 0;
      return true;
    }
    octets = Arrays.copyOfRange(frame.array(), frame.offset(), frame.offset() + length);
    offset = 0;
    frames = 1;
    return false;
  }

  /**
   * Goes on with a block.
   *
   * @return whether it is complete
   */
  public boolean add(Frame.Continuation frame) throws OfConnection {
    if (!isOpen() || frame.stream() != stream) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "CONTINUATION of nothing");
    }
    frames++;
    if (frames > limits.blockFrames() || length + frame.length() > limits.blockOctets()) {
      throw guard.flooded(Flood.FIELD_BLOCK);
    }
    if (length + frame.length() > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + frame.length()));
    }
    System.arraycopy(frame.array(), frame.offset(), octets, length, frame.length());
    length += frame.length();
    if (frame.endsHeaders()) {
      frames = 0;
    }
    return frame.endsHeaders();
  }

  /** Where the block lies, from {@link #offset}, {@link #length} octets long. */
  public byte[] octets() {
    return octets;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public int stream() {
    return stream;
  }

  /** Whether nothing follows the block. */
  public boolean endsStream() {
    return endsStream;
  }

  public FrameWriter.End end() {
    return endsStream ? FrameWriter.End.OF_STREAM : FrameWriter.End.NOT_YET;
  }

  /** The block was decoded: its octets are not needed any more. */
  public void release() {
    octets = NOTHING;
  }
}
