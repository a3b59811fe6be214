package io.l7.http.server.h2;

import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.common.transcript.Event.Side;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameReader;
import io.l7.http.h2.FrameText;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.hpack.FieldBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells transcripts in words what goes over a connection: a line a frame, and below HEADERS its
 * fields. Costs nothing where nobody listens.
 */
final class Http2Script {
  private final Connection connection;
  private final boolean wanted;

  Http2Script(Connection connection) {
    this.connection = connection;
    this.wanted = connection.recorded();
    connection.narrate();
  }

  boolean isWanted() {
    return wanted;
  }

  /** The client said a frame; field blocks are told when they are whole. */
  void heard(Frame frame) {
    if (wanted && !(frame instanceof Frame.Headers || frame instanceof Frame.Continuation)) {
      tell(Side.CLIENT, FrameText.of(frame) + "\r\n");
    }
  }

  /** The client said a field block. */
  void heard(int stream, FieldBlock block, End end) {
    if (!wanted) {
      return;
    }
    var text = new StringBuilder(FrameText.headers(stream, end)).append("\r\n");
    for (int line = 0; line < block.count(); line++) {
      text.append(oneLine(block.name(line))).append(": ").append(oneLine(block.value(line)));
      text.append("\r\n");
    }
    tell(Side.CLIENT, text.toString());
  }

  /** What breaks a line would tell something that nobody said. */
  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  /** We said frames that are no field blocks. */
  void said(byte[] frames, int offset) throws IOException {
    var in = new WireReader(new ByteArrayInputStream(frames, offset, frames.length - offset));
    var reader = new FrameReader(in);
    while (in.ensure(1)) {
      Optional<Frame> frame = reader.poll();
      if (frame.isPresent()) {
        tell(Side.SERVER, FrameText.of(frame.get()) + "\r\n");
      } else if (in.fill() < 0) {
        return;
      }
    }
  }

  /** We said content. */
  void said(int stream, int length, End end) {
    if (wanted) {
      tell(Side.SERVER, FrameText.data(stream, length, end) + "\r\n");
    }
  }

  /** We say a field block of the lines that the block adds. */
  void says(int stream, End end, Http2Output.Block block, Http2Output.Lines to) {
    if (!wanted) {
      block.encode(to);
      return;
    }
    var text = new StringBuilder(FrameText.headers(stream, end)).append("\r\n");
    block.encode(
        (name, value) -> {
          to.add(name, value);
          text.append(name).append(": ").append(value).append("\r\n");
        });
    tell(Side.SERVER, text.toString());
  }

  private void tell(Side by, String text) {
    connection.tell(by, text);
  }
}
