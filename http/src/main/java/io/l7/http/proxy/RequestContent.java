package io.l7.http.proxy;

import io.l7.http.message.Body;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request's content on its way in: remembers whether it was touched, and how reading it failed.
 */
final class RequestContent {
  private final Body body;
  private volatile boolean touched;
  private volatile @Nullable IOException fault;

  RequestContent(Body given) {
    this.body =
        given instanceof Body.Stream stream
            ? new Body.Stream(new Tap(stream.in()), stream.length(), stream::trailers)
            : given;
  }

  Body body() {
    return body;
  }

  boolean isTouched() {
    return touched;
  }

  @Nullable IOException fault() {
    return fault;
  }

  private final class Tap extends FilterInputStream {
    Tap(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      touched = true;
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        fault = e;
        throw e;
      }
    }

    @Override
    public void close() {
      // The server that received it closes it, and stays in step by it.
    }
  }
}
