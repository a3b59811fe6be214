package io.l7.http.h2;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes frames (RFC 9113 §4.1, §6). For one thread at a time. */
public final class FrameWriter {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  /** RFC 9218 §7.1. */
  static final int PRIORITY_UPDATE = 16;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITIZED = 0x20;

  private final OutputStream out;
  private final byte[] header = new byte[FrameReader.HEADER];

  /** Whether a frame is the last of its side of a stream. */
  public enum End {
    OF_STREAM(END_STREAM),
    NOT_YET(0);

    private final int flag;

    End(int flag) {
      this.flag = flag;
    }
  }

  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  private void header(int length, int type, int flags, int stream) throws IOException {
    header[0] = (byte) (length >>> 16);
    header[1] = (byte) (length >>> 8);
    header[2] = (byte) length;
    header[3] = (byte) type;
    header[4] = (byte) flags;
    header[5] = (byte) (stream >>> 24);
    header[6] = (byte) (stream >>> 16);
    header[7] = (byte) (stream >>> 8);
    header[8] = (byte) stream;
    out.write(header, 0, header.length);
  }

  private void int32(int value) throws IOException {
    out.write(value >>> 24);
    out.write(value >>> 16);
    out.write(value >>> 8);
    out.write(value);
  }

  /** One frame of content; the windows and the peer's frame size allow it. */
  public void data(int stream, byte[] source, int offset, int length, End end) throws IOException {
    header(length, DATA, end.flag, stream);
    out.write(source, offset, length);
  }

  /**
   * A field block, in as many frames as it takes.
   *
   * @param most the peer's SETTINGS_MAX_FRAME_SIZE
   */
  public void headers(int stream, byte[] block, int length, int most, End end) throws IOException {
    int first = Math.min(length, most);
    header(first, HEADERS, end.flag | (first == length ? END_HEADERS : 0), stream);
    out.write(block, 0, first);
    for (int at = first; at < length; at += most) {
      int count = Math.min(length - at, most);
      header(count, CONTINUATION, at + count == length ? END_HEADERS : 0, stream);
      out.write(block, at, count);
    }
  }

  public void rstStream(int stream, ErrorCode code) throws IOException {
    header(4, RST_STREAM, 0, stream);
    int32(code.code());
  }

  public void settings(List<Frame.Setting> all) throws IOException {
    header(6 * all.size(), SETTINGS, 0, 0);
    for (Frame.Setting each : all) {
      out.write(each.id() >>> 8);
      out.write(each.id());
      int32((int) each.value());
    }
  }

  public void settingsAck() throws IOException {
    header(0, SETTINGS, ACK, 0);
  }

  public void ping(long data) throws IOException {
    ping(data, 0);
  }

  public void pingAck(long data) throws IOException {
    ping(data, ACK);
  }

  private void ping(long data, int flags) throws IOException {
    header(8, PING, flags, 0);
    int32((int) (data >>> 32));
    int32((int) data);
  }

  /**
   * Says that streams above the last one will not be answered.
   *
   * @param why for whoever looks into it (§6.8)
   */
  public void goAway(int lastStream, ErrorCode code, String why) throws IOException {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    header(8 + text.length, GOAWAY, 0, 0);
    int32(lastStream);
    int32(code.code());
    out.write(text, 0, text.length);
  }

  public void windowUpdate(int stream, int increment) throws IOException {
    header(4, WINDOW_UPDATE, 0, stream);
    int32(increment);
  }
}
