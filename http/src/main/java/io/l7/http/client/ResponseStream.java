package io.l7.http.client;

import io.l7.common.framing.ChunkLimits;
import io.l7.common.framing.ChunkedInput;
import io.l7.common.framing.CountedInput;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import io.l7.http.message.Fields;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of a response while it arrives. At its true end the connection goes back to the pool;
 * an end before that is {@link ClientException.BrokenOff}, so that a part is never taken for the
 * whole.
 */
final class ResponseStream extends InputStream {
  private final ClientConnection connection;
  private final Framing framing;
  private final InputStream content;
  private Fields trailers = Fields.EMPTY;
  private boolean done;

  ResponseStream(ClientConnection connection, Framing framing) {
    this.connection = connection;
    this.framing = framing;
    WireReader in = connection.in();
    this.content =
        switch (framing) {
          case Framing.None _ -> InputStream.nullInputStream();
          case Framing.Counted(long length) -> in.exactly(length);
          case Framing.Chunked _ -> in.chunked(ChunkLimits.defaults());
          case Framing.UntilClose _ -> new Rest(in);
        };
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (done || length == 0) {
      return done ? -1 : 0;
    }
    connection.awaitContent();
    try {
      int count = content.read(target, offset, length);
      // The server has its time while it is waited for, not while the content is made use of.
      connection.clearDeadline();
      if (count < 0 || isComplete()) {
        finish();
      }
      return count;
    } catch (IOException e) {
      done = true;
      connection.close();
      throw e instanceof WireException.Truncated ? early(e) : explained(e);
    }
  }

  private ClientException early(IOException e) {
    return new ClientException.BrokenOff(
        content instanceof CountedInput counted
            ? "ended early, " + counted.remaining() + " bytes are missing"
            : "ended early, inside its chunks",
        e);
  }

  // The connection is free with the last byte, not with the read behind it that many callers never
  // make.
  private boolean isComplete() {
    return content instanceof CountedInput counted && counted.remaining() == 0;
  }

  @Override
  public int available() throws IOException {
    return done ? 0 : content.available();
  }

  static ClientException explained(IOException e) {
    return switch (e) {
      case ClientException ours -> ours;
      case WireException.TimedOut _ -> new ClientException.TimedOut(ClientException.words(e), e);
      case WireException.Malformed _ ->
          new ClientException.BadResponse(ClientException.words(e), e);
      case WireException.TooLong _ -> new ClientException.BadResponse(ClientException.words(e), e);
      default -> new ClientException.BrokenOff(ClientException.words(e), e);
    };
  }

  private void finish() {
    done = true;
    if (content instanceof ChunkedInput chunked) {
      trailers = Trailers.of(chunked);
    }
    if (framing instanceof Framing.UntilClose) {
      connection.close();
    } else {
      connection.release();
    }
  }

  Fields trailers() {
    return trailers;
  }

  /** Keeps the connection where little is left of the content, else closes it. */
  @Override
  public void close() {
    if (done) {
      return;
    }
    done = true;
    try {
      connection.awaitRest();
      boolean inStep =
          switch (content) {
            case CountedInput counted -> counted.drain(connection.limits().drain());
            case ChunkedInput chunked -> chunked.drain(connection.limits().drain());
            default -> framing instanceof Framing.None;
          };
      if (inStep) {
        connection.release();
        return;
      }
    } catch (IOException _) {
      // Nobody wants the rest.
    }
    connection.close();
  }

  /** Everything until the connection closes. */
  private static final class Rest extends InputStream {
    private final WireReader in;

    Rest(WireReader in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return in.read(target, offset, length);
    }
  }
}
