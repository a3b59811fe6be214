package io.l7.http.server;

import io.l7.common.framing.WireException.Truncated;
import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Violation;
import io.l7.http.wire.ViolationException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The content of one request as it comes over the connection: asks for it with 100 (Continue) when
 * it is first wanted, holds the client to a minimum rate, and remembers how it ended.
 *
 * <p>Only time spent waiting for the client counts against its rate.
 *
 * <p>A handler may read it on another thread than its own, and answer while that one still waits
 * for the client: from {@link #own} on it is the connection's alone.
 */
abstract sealed class ContentInput extends InputStream permits CountedContent, ChunkedContent {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final Connection connection;
  private final HttpLimits limits;
  private boolean continueWanted;
  private long received;
  private long waited;
  private long began;
  private boolean answered;
  private boolean readElsewhere;
  private @Nullable IOException fault;

  /** For all but the wait for the client; who has it may use the connection. */
  private final InputTurn turn = new InputTurn();

  ContentInput(Connection connection, HttpLimits limits, boolean continueWanted) {
    this.connection = connection;
    this.limits = limits;
    this.continueWanted = continueWanted;
  }

  final WireReader in() {
    return connection.in();
  }

  /** Whether all of it has been read: the next byte belongs to the next request. */
  abstract boolean isFinished();

  /**
   * Reads decoded bytes that are there; 0 where more must come from the client first; −1 at the
   * end.
   */
  abstract int take(byte[] into, int offset, int length) throws IOException;

  /** How many decoded bytes are there for {@link #take}. */
  abstract int atHand() throws IOException;

  /** Whether the client still waits for 100 (Continue) and may send nothing. */
  final boolean isAwaitingContinue() {
    return continueWanted;
  }

  /** The fault that ended the content, if one did: the client's, whoever throws it on. */
  final @Nullable IOException fault() {
    return fault;
  }

  @Override
  public final int available() {
    turn.take();
    try {
      return fault != null || turn.isLost() ? 0 : atHand();
    } catch (IOException e) {
      fault = e; // for who reads
      return 0;
    } finally {
      turn.giveBack();
    }
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    turn.take();
    try {
      turn.check();
      if (fault != null) {
        throw fault;
      }
      return receive(into, offset, length);
    } finally {
      turn.giveBack();
    }
  }

  private int receive(byte[] into, int offset, int length) throws IOException {
    try {
      while (true) {
        int taken = take(into, offset, length);
        if (taken != 0) {
          count(taken);
          return taken;
        }
        await();
      }
    } catch (IOException e) {
      fault = e;
      throw e;
    }
  }

  private void count(int taken) throws ViolationException {
    if (taken > 0) {
      received += taken;
      if (received > limits.bodyBytes()) {
        throw new ViolationException(Violation.CONTENT_TOO_LARGE);
      }
    }
  }

  private void await() throws IOException {
    if (continueWanted || connection.out().pending() > 0) {
      speak();
    }
    began = System.nanoTime();
    connection.deadline(timeLeft(), "content");
    int count;
    try {
      count = turn.fill(in());
    } finally {
      if (!turn.isLost()) {
        connection.clearDeadline();
      }
      waited += System.nanoTime() - began;
    }
    turn.check();
    if (count < 0) {
      throw new Truncated("the content of a request");
    }
  }

  private Duration timeLeft() {
    long earned = (long) (received * 1e9 / limits.bodyBytesPerSecond()); // 9 GB * 1e9 is no long
    long spent = waited + System.nanoTime() - began;
    return Duration.ofNanos(Math.max(1, limits.bodyGrace().toNanos() + earned - spent));
  }

  /** Says what waits to be said, and asks for the content: who reads nothing is cut. */
  private void speak() throws IOException {
    try (var _ = connection.within(limits.writeTime(), "the client to read")) {
      if (continueWanted && !answered) {
        // RFC 9110 §10.1.1: sent when the content is wanted, not before, and never behind an
        // answer.
        continueWanted = false;
        connection.out().write(CONTINUE);
      }
      connection.out().flush();
    }
  }

  /** Something that is said to the client before its answer. */
  @FunctionalInterface
  interface Remark {
    void say() throws IOException;
  }

  /** Says something while another thread may wait for more of the content. */
  final void meanwhile(Remark remark) throws IOException {
    turn.take();
    try {
      remark.say();
      if (turn.isWaitedFor()) {
        connection.deadline(timeLeft(), "content");
      }
    } finally {
      turn.giveBack();
    }
  }

  /** There is an answer: the content is the calling thread's, who is the connection's. */
  final void own() {
    answered = true;
    readElsewhere = turn.own();
    if (readElsewhere) {
      connection.clearDeadline();
    }
  }

  /** Whether another thread still waited for the client when the answer was there. */
  final boolean isReadElsewhere() {
    return readElsewhere;
  }

  /** Waits until that thread waits no more. */
  final void awaitReader() {
    turn.awaitNobody();
  }

  /**
   * Reads and drops the rest, to stay in step with the client.
   *
   * @return whether the end came within the limit
   */
  final boolean discard(long limit) throws IOException {
    byte[] scratch = new byte[4096];
    for (long dropped = 0; dropped <= limit; ) {
      int count = read(scratch, 0, scratch.length);
      if (count < 0) {
        return true;
      }
      dropped += count;
    }
    return false;
  }
}
