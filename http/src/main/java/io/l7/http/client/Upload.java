package io.l7.http.client;

import io.l7.common.framing.WireWriter;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the content of a request and finds the head of its answer. A short content is sent first
 * and the answer read after it; during a long one a second thread already listens, since a server
 * may answer before it has seen all (RFC 9112 §9.3), or not want it at all ({@code Expect:
 * 100-continue}).
 */
final class Upload {
  /**
   * How long a server that knows nothing of 100-continue keeps us waiting (RFC 9110 §10.1.1 asks
   * not to wait for ever).
   */
  private static final long CONTINUE_MILLIS = 1_000;

  private final ClientConnection connection;
  private final Request request;
  private final CountDownLatch goAhead = new CountDownLatch(1);
  private volatile @Nullable ResponseHead early;
  private volatile @Nullable IOException fault;
  private volatile boolean answered;

  /** The server took no more of the content. */
  private boolean refused;

  Upload(ClientConnection connection, Request request) {
    this.connection = connection;
    this.request = request;
  }

  ResponseHead run() throws IOException {
    Body body = request.body();
    long length = body.length().orElse(Long.MAX_VALUE);
    if (length <= connection.limits().inlineBody() && !expectsContinue()) {
      body.writeTo(connection.wire().out());
      connection.wire().out().flush();
      connection.awaitHeader();
      return connection.readHead(request, this);
    }
    return runWatched(body);
  }

  private boolean expectsContinue() {
    return request.fields().hasToken(FieldNames.EXPECT, "100-continue");
  }

  private ResponseHead runWatched(Body body) throws IOException {
    connection.wire().out().flush();
    Thread watcher =
        Thread.ofVirtual().name("response-of-" + connection.wire().id()).start(this::watch);
    IOException writeFault = null;
    try {
      if (!expectsContinue() || mayProceed()) {
        send(body);
      } else {
        connection.spoil();
      }
    } catch (IOException e) {
      connection.spoil();
      if (!refused) {
        connection.close(); // the content itself ended early: half a request gets no answer
        throw e;
      }
      writeFault = e;
    }
    if (writeFault == null) {
      connection.awaitHeader();
    } else {
      connection.awaitRest(); // the answer may be on its way all the same
    }
    join(watcher);
    ResponseHead head = early;
    if (head != null) {
      return head;
    }
    IOException readFault = fault;
    throw writeFault != null
        ? ResponseStream.explained(writeFault)
        : readFault != null ? readFault : new IOException("no answer");
  }

  private void watch() {
    try {
      early = connection.readHead(request, this);
    } catch (IOException e) {
      fault = e;
    } finally {
      answered = true;
      goAhead.countDown();
    }
  }

  /** The server said 100 (Continue). */
  void proceed() {
    goAhead.countDown();
  }

  private boolean mayProceed() throws IOException {
    connection.awaitHeader();
    try {
      boolean told = goAhead.await(CONTINUE_MILLIS, TimeUnit.MILLISECONDS);
      return !told || !answered;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for 100-continue", e);
    }
  }

  private void send(Body body) throws IOException {
    WireWriter out = connection.wire().out();
    OutputStream framed =
        body.length().isPresent() ? new Watched(out) : new Chunks(new Watched(out), out);
    try {
      body.writeTo(framed);
    } catch (Answered _) {
      connection.spoil();
      return;
    }
    connection.awaitUpload();
    try {
      RequestWriter.writeEnd(body, out);
      out.flush();
    } catch (IOException e) {
      refused = true;
      throw e;
    }
  }

  private static void join(Thread watcher) throws IOException {
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the response", e);
    }
  }

  /** Ends the sending of a content that the server has answered already. */
  private static final class Answered extends IOException {
    private static final long serialVersionUID = 1L;

    Answered() {
      super("answered", null);
    }
  }

  /** Renews the deadline with each write, and stops once there is an answer. */
  private final class Watched extends OutputStream {
    private final WireWriter out;

    Watched(WireWriter out) {
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (answered) {
        throw new Answered();
      }
      connection.awaitUpload();
      try {
        out.write(source, offset, length);
      } catch (IOException e) {
        refused = true;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }

  /** Each write is a chunk; small ones wait for company in the buffer behind. */
  private final class Chunks extends OutputStream {
    private final OutputStream watched;
    private final WireWriter out;

    Chunks(OutputStream watched, WireWriter out) {
      this.watched = watched;
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (length > 0) {
        watched.write(source, offset, 0); // judges, writes nothing
        try {
          out.chunk(source, offset, length);
        } catch (IOException e) {
          refused = true;
          throw e;
        }
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
