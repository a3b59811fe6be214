package io.l7.http.server;

import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.http.message.Fields;
import io.l7.http.wire.ChunkedDecoder;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;

/** Content in chunks (RFC 9112 §7.1). */
final class ChunkedContent extends ContentInput {
  private final ChunkedDecoder decoder;

  ChunkedContent(Connection connection, HttpLimits limits, boolean continueWanted) {
    super(connection, limits, continueWanted);
    this.decoder = new ChunkedDecoder(limits);
  }

  @Override
  boolean isFinished() {
    return decoder.isDone();
  }

  Fields trailers() {
    return decoder.trailers();
  }

  @Override
  int atHand() throws IOException {
    WireReader in = in();
    in.advance(decoder.advance(in.buffer(), in.position(), in.limit()) - in.position());
    return decoder.isDone() ? 0 : (int) Math.min(decoder.remaining(), in.buffered());
  }

  @Override
  int take(byte[] into, int offset, int length) throws IOException {
    int there = atHand();
    if (decoder.isDone()) {
      return -1;
    }
    if (there == 0) {
      return 0;
    }
    int taken = in().read(into, offset, Math.min(length, there));
    decoder.consumed(taken);
    return taken;
  }
}
