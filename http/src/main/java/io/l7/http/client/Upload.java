package io.l7.http.client;

import io.l7.common.framing.WireWriter;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the content of a request and finds the head of its answer. A short content is sent first
 * and the answer read after it; during a long one a second thread already listens, since a server
 * may answer before it has seen all (RFC 9112 §9.3), or not want it at all ({@code Expect:
 * 100-continue}).
 *
 * <p>Whatever that thread hears, the one that asked passes it on: where the request came over a
 * connection, only that one may write to it. The server's time runs while it takes content, not
 * while the content itself is waited for.
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

  /** Interim answers that were heard and not passed on; empty stands for the end of listening. */
  private final BlockingQueue<Optional<Response>> heard = new LinkedBlockingQueue<>();

  private volatile @Nullable ResponseHead early;
  private volatile @Nullable IOException fault;
  private volatile boolean answered;

  /** Whether another thread reads the answer. */
  private volatile boolean watched;

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
      body.writeTo(new Guarded(connection.wire().out()));
      connection.awaitUpload();
      connection.wire().out().flush();
      connection.awaitHeader();
      return connection.readHead(this);
    }
    return runWatched(body);
  }

  private boolean expectsContinue() {
    return request.fields().hasToken(FieldNames.EXPECT, "100-continue");
  }

  private ResponseHead runWatched(Body body) throws IOException {
    connection.wire().out().flush();
    watched = true;
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
    awaitAnswer();
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
      early = connection.readHead(this);
    } catch (IOException e) {
      fault = e;
    } finally {
      answered = true;
      goAhead.countDown();
      heard.add(Optional.empty());
    }
  }

  /** The server said 100 (Continue). */
  void proceed() {
    goAhead.countDown();
  }

  /** The server said something else before its answer. */
  void heard(Response interim) {
    if (watched) {
      heard.add(Optional.of(interim));
    } else {
      inform(interim);
    }
  }

  private boolean mayProceed() throws IOException {
    connection.awaitHeader();
    try {
      boolean told = goAhead.await(CONTINUE_MILLIS, TimeUnit.MILLISECONDS);
      return !told || !answered;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      connection.clearDeadline();
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while waiting for the response", e);
  }

  private void send(Body body) throws IOException {
    WireWriter out = connection.wire().out();
    OutputStream framed = body.length().isPresent() ? new Guarded(out) : new Chunks(out);
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

  /** Tells what was heard so far. */
  private void passOn() {
    for (var next = heard.peek(); next != null && next.isPresent(); next = heard.peek()) {
      inform(next.get());
      heard.remove();
    }
  }

  /** Waits for the head of the answer, and tells what comes before it. */
  private void awaitAnswer() throws IOException {
    try {
      for (var next = heard.take(); next.isPresent(); next = heard.take()) {
        inform(next.get());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void inform(Response interim) {
    try {
      request.exchange().inform(interim);
    } catch (IOException _) {
      // Who asked is gone: not the server's fault, and met again by who sends the answer.
    }
  }

  /** Ends the sending of a content that the server has answered already. */
  private static final class Answered extends IOException {
    private static final long serialVersionUID = 1L;

    Answered() {
      super("answered", null);
    }
  }

  /** Gives the server its time for each write, and stops once there is an answer. */
  private class Guarded extends OutputStream {
    final WireWriter out;

    Guarded(WireWriter out) {
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
      passOn();
      connection.awaitUpload();
      try {
        put(source, offset, length);
      } catch (IOException e) {
        refused = true;
        throw e;
      } finally {
        connection.clearDeadline();
      }
    }

    void put(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
      connection.awaitUpload();
      out.flush();
      connection.clearDeadline();
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
