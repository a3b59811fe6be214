package io.l7.http.server.h2;

import io.l7.common.framing.WireWriter;
import io.l7.common.net.Connection;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Flood;
import io.l7.http.h2.FloodGuard;
import io.l7.http.h2.FrameWriter;
import io.l7.http.h2.Http2Error.OfConnection;
import io.l7.http.h2.Http2Limits;
import io.l7.http.hpack.HpackEncoder;
import io.l7.http.server.ClientGoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a connection says, by whatever thread, one frame after the other. Streams take turns frame
 * by frame and wait while the client does not read; the thread that reads never waits here: what it
 * has to say is queued, ahead of what streams say, in a bounded queue.
 */
final class Http2Output {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Connection connection;
  private final WireWriter out;
  private final FrameWriter frames;
  private final HpackEncoder fields;
  private final Http2Patience patience;
  private final FloodGuard guard;
  private final Http2Script script;
  private final int mostQueued;

  /** Fair: a stream that is always ready must not have all the turns. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final BooleanSupplier alone;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private volatile boolean ended;

  /** What waits for its turn; guarded by itself, as are the sizes of tables. */
  private final ByteArrayOutputStream queue = new ByteArrayOutputStream();

  private final FrameWriter queued = new FrameWriter(queue);
  private long smallestTable = -1;
  private long lastTable = -1;

  /**
   * @param alone whether there is no more than one stream
   */
  Http2Output(
      Connection connection,
      Http2Limits limits,
      Http2Patience patience,
      FloodGuard guard,
      Http2Script script,
      BooleanSupplier alone) {
    this.connection = connection;
    this.out = connection.out();
    this.frames = new FrameWriter(out);
    this.fields = new HpackEncoder(limits.tableOctets());
    this.patience = patience;
    this.guard = guard;
    this.script = script;
    this.alone = alone;
    this.mostQueued = limits.queuedOctets();
  }

  /** A stream that something is said on. */
  interface Sender {
    int stream();

    /** Whether nothing may be said on it any more: it was reset, or has ended. */
    boolean isClosed();
  }

  /** Something to be said. */
  @FunctionalInterface
  interface Remark {
    void say(FrameWriter to) throws IOException;
  }

  /** Takes the lines of a field block, names in lower case. */
  @FunctionalInterface
  interface Lines {
    void add(String name, String value);
  }

  /** A field block to be encoded. */
  @FunctionalInterface
  interface Block {
    void encode(Lines to);
  }

  /**
   * Says something soon, and ahead of all that streams have to say. Never waits.
   *
   * @throws OfConnection too much waits already
   */
  void soon(Remark remark) throws IOException {
    queue(remark);
    flushSoon();
  }

  private void queue(Remark remark) throws IOException {
    synchronized (queue) {
      if (ended) {
        return; // nobody would hear it
      }
      int before = queue.size();
      remark.say(queued);
      if (script.isWanted()) {
        script.said(queue.toByteArray(), before);
      }
      if (queue.size() > mostQueued) {
        throw guard.flooded(Flood.UNREAD_REPLIES);
      }
    }
  }

  /**
   * Acknowledges settings, the size of the table of fields among them, which counts from then on.
   */
  void acknowledge(long tableSize) throws IOException {
    synchronized (queue) {
      smallestTable = smallestTable < 0 ? tableSize : Math.min(smallestTable, tableSize);
      lastTable = tableSize;
      soon(FrameWriter::settingsAck);
    }
  }

  /** Says content of a stream in its turn; it leaves with the next flush. */
  void data(Sender from, byte[] source, int offset, int length, FrameWriter.End end)
      throws IOException {
    inTurn(from, to -> to.data(from.stream(), source, offset, length, end));
    script.said(from.stream(), length, end);
  }

  /** Says a field block in its turn; it leaves with the next flush. */
  void headers(Sender from, int frameSize, Block block, FrameWriter.End end) throws IOException {
    inTurn(
        from,
        to -> {
          fields.begin();
          script.says(from.stream(), end, block, fields::add);
          to.headers(from.stream(), fields.octets(), fields.length(), frameSize, end);
        });
  }

  /** A reset is queued behind the closing of its stream: nothing is said after it (§5.1). */
  private void inTurn(Sender from, Remark remark) throws IOException {
    turn.lock();
    try {
      if (ended) {
        throw new IOException("the connection has ended");
      }
      patience.writing();
      sayQueued();
      if (!from.isClosed()) {
        remark.say(frames);
        return;
      }
    } catch (IOException e) {
      throw gone(e);
    } finally {
      patience.written();
      turn.unlock();
    }
    throw new ClientGoneException(new IOException("the stream was closed"));
  }

  private void sayQueued() throws IOException {
    byte[] all;
    synchronized (queue) {
      if (smallestTable >= 0) {
        fields.allow(smallestTable);
        fields.allow(lastTable);
        smallestTable = -1;
      }
      if (queue.size() == 0) {
        return;
      }
      all = queue.toByteArray();
      queue.reset();
    }
    out.write(all);
  }

  /** The connection is of no use any more, and who reads from it has to know. */
  private ClientGoneException gone(IOException cause) {
    if (!ended) {
      ended = true;
      connection.close();
    }
    return new ClientGoneException(cause);
  }

  /**
   * Sends what was said, after what other threads are about to say: the answers to a batch of
   * requests leave together.
   */
  void flushSoon() {
    if (flushing.compareAndSet(false, true)) {
      Thread.ofVirtual().name("flush-" + connection.id()).start(this::flush);
    }
  }

  /**
   * Sends what was said, for a stream: at once where it is alone, which spares the other thread,
   * else as {@link #flushSoon}.
   */
  void flushInTurn() {
    if (alone.getAsBoolean()) {
      flush();
    } else {
      flushSoon();
    }
  }

  private void flush() {
    flushing.set(false);
    turn.lock();
    try {
      if (!ended) {
        patience.writing();
        sayQueued();
        out.flush();
      }
    } catch (IOException e) {
      gone(e);
    } finally {
      patience.written();
      turn.unlock();
    }
  }

  /**
   * Says the last words, unless the client does not even read what is being said, and takes no
   * more.
   */
  void end(int lastStream, ErrorCode code, String why) {
    try {
      if (!turn.tryLock(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        ended = true;
        connection.close();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      if (!ended) {
        patience.writing();
        queue(to -> to.goAway(lastStream, code, why));
        ended = true;
        sayQueued();
        out.flush();
        patience.written();
      }
    } catch (IOException _) {
      connection.close(); // nobody hears them
    } finally {
      turn.unlock();
    }
  }

  /** Says what waits, and that no more will come from here. */
  void endOutput() {
    turn.lock();
    try {
      patience.ending();
      if (!ended) {
        connection.deadline(LAST_WORDS, "the client to read");
        sayQueued();
        ended = true;
      }
      connection.endOutput();
    } catch (IOException _) {
      connection.close();
    } finally {
      turn.unlock();
    }
  }
}
