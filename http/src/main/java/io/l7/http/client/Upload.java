package io.l7.http.client;

import io.l7.common.framing.WireException.Truncated;
import io.l7.common.framing.WireWriter;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends the content of a request and finds the head of its answer. A short content that is there is
 * sent first and the answer read after it. Any other is sent by a second thread while the first one
 * listens, since a server may answer before it has seen all (RFC 9112 §9.3), or not want it at all
 * ({@code Expect: 100-continue}): that answer is passed on at once, and no more is sent, whether
 * the content or the server is waited for. One that says it went well (2xx) is no reason to stop,
 * as for curl: it is passed on when all is sent, or when that stands still.
 *
 * <p>The server's time runs while it takes content, not while the content itself is waited for.
 */
final class Upload {
  /**
   * How long a server that knows nothing of 100-continue keeps us waiting (RFC 9110 §10.1.1 asks
   * not to wait for ever).
   */
  private static final long CONTINUE_MILLIS = 1_000;

  private static final int COPY_BYTES = 16 * 1024;

  private final ClientConnection connection;
  private final Request request;
  private final Sending sending;
  private final CountDownLatch goAhead = new CountDownLatch(1);

  Upload(ClientConnection connection, Request request) {
    this.connection = connection;
    this.request = request;
    this.sending = new Sending(connection);
  }

  ResponseHead run() throws IOException {
    Body body = request.body();
    if (isAtHand(body) && !expectsContinue()) {
      write(body, new Guarded(connection.wire().out()));
      connection.awaitUpload();
      connection.wire().out().flush();
      connection.awaitHeader();
      return connection.readHead(this);
    }
    connection.wire().out().flush();
    Thread.ofVirtual().name("content-of-" + connection.wire().id()).start(() -> sendOn(body));
    return listen();
  }

  /** Whether a content is short, and nobody has to be waited for to have it. */
  private boolean isAtHand(Body body) throws IOException {
    long length = body.length().orElse(Long.MAX_VALUE);
    return length <= connection.limits().inlineBody()
        && (!(body instanceof Body.Stream stream) || stream.in().available() >= length);
  }

  private boolean expectsContinue() {
    return request.fields().hasToken(FieldNames.EXPECT, "100-continue");
  }

  private ResponseHead listen() throws IOException {
    ResponseHead head;
    try {
      head = connection.readHead(this);
    } catch (IOException e) {
      answered();
      throw sending.cause(e);
    }
    boolean heldBack = expectsContinue() && !sending.hasBegun();
    if (head.status().isSuccess() && !heldBack) {
      sending.awaitFlow();
    }
    answered();
    return head;
  }

  private void answered() {
    sending.answered();
    goAhead.countDown();
  }

  private void sendOn(Body body) {
    try {
      if (!expectsContinue() || mayProceed()) {
        send(body);
      }
    } catch (Sending.Answered _) {
      // No more of it is wanted.
    } catch (Throwable e) { // whatever it is: who listens must hear of it
      sending.failed(e);
    }
  }

  /** The server said 100 (Continue). */
  void proceed() {
    goAhead.countDown();
  }

  /** The server said something else before its answer. */
  void heard(Response interim) {
    try {
      request.exchange().inform(interim);
    } catch (IOException _) {
      // Who asked is gone: not the server's fault, and met again by who sends the answer.
    }
  }

  private boolean mayProceed() throws IOException {
    sending.begin(connection::awaitHeader);
    try {
      boolean _ = goAhead.await(CONTINUE_MILLIS, TimeUnit.MILLISECONDS);
      return true; // or answered, as the first write finds
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the response", e);
    } finally {
      sending.end();
    }
  }

  private void send(Body body) throws IOException {
    WireWriter out = connection.wire().out();
    var framed = body.length().isPresent() ? new Guarded(out) : new Chunks(out);
    framed.check();
    write(body, framed);
    sending.lastOctets();
    framed.toServer(
        () -> {
          RequestWriter.writeEnd(body, out);
          out.flush();
        });
    sending.sent();
  }

  /**
   * Writes exactly what was promised: octets too many would be the next request, for those that are
   * missing the server would wait.
   */
  private static void write(Body body, Guarded to) throws IOException {
    long length = body.length().orElse(Long.MAX_VALUE);
    if (body instanceof Body.Stream stream) {
      copy(stream.in(), to, length);
    } else {
      body.writeTo(to);
    }
    if (body.length().isPresent() && to.count != length) {
      throw new Truncated("the content of a request of " + length + " octets");
    }
  }

  /** What comes slowly is passed on at once; what comes fast is gathered. */
  private static void copy(InputStream from, Guarded to, long length) throws IOException {
    try (from) {
      var buffer = new byte[COPY_BYTES];
      while (to.count < length) {
        int count = from.read(buffer, 0, (int) Math.min(buffer.length, length - to.count));
        if (count < 0) {
          return;
        }
        to.write(buffer, 0, count);
        if (from.available() == 0 && to.count < length) {
          to.flush();
        }
      }
    }
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** Gives the server its time for each write, and stops once there is an answer. */
  private class Guarded extends OutputStream {
    final WireWriter out;
    private long count;

    Guarded(WireWriter out) {
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (count + length > request.body().length().orElse(Long.MAX_VALUE)) {
        throw new IllegalStateException("content over its declared length");
      }
      count += length;
      if (request.body().length().equals(OptionalLong.of(count))) {
        sending.lastOctets();
      }
      toServer(() -> put(source, offset, length));
    }

    void put(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
      toServer(out::flush);
    }

    final void check() throws Sending.Answered {
      sending.begin(() -> {});
    }

    final void toServer(Writing writing) throws IOException {
      sending.begin(connection::awaitUpload);
      try {
        writing.run();
      } catch (IOException e) {
        sending.refused(e);
        throw e;
      } finally {
        sending.end();
      }
    }
  }

  /** Each write is a chunk; small ones wait for company in the buffer behind. */
  private final class Chunks extends Guarded {
    Chunks(WireWriter out) {
      super(out);
    }

    @Override
    void put(byte[] source, int offset, int length) throws IOException {
      out.chunk(source, offset, length);
    }
  }
}
