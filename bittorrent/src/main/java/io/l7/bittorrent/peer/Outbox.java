package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.MessageWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What waits to be written to one peer: messages, which never wait for the limits of rate, and
 * blocks, which do. Filled by any thread, emptied by the connection's writer.
 */
final class Outbox {
  private static final int MOST_HELD_BACK = 64;

  /** What a message costs while it waits, beside its payload. */
  private static final int OVERHEAD = 64;

  private final int mostBlocks;
  private final int mostUnsent;
  private ArrayDeque<Message> messages = new ArrayDeque<>();
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();
  private boolean closed;
  private boolean waiting;
  private int heldBack;
  private long unsent;

  /**
   * @param mostBlocks that wait at a time
   * @param mostUnsent bytes of messages after which {@link #awaitRoom} waits
   */
  Outbox(int mostBlocks, int mostUnsent) {
    this.mostBlocks = mostBlocks;
    this.mostUnsent = mostUnsent;
  }

  /** Sends a message soon. */
  synchronized void add(Message message) {
    queue(message);
    wake();
  }

  private void queue(Message message) {
    messages.add(message);
    unsent += OVERHEAD + (message instanceof Message.Extended(_, var payload) ? payload.length : 0);
  }

  /**
   * Waits while more waits to be written than should: who asks and does not read is not listened
   * to. False when that lasts for too long.
   */
  synchronized boolean awaitRoom(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!closed && unsent > mostUnsent) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /**
   * Sends a request soon, but lets a few collect first while many are on their way: one write of
   * many requests costs what one of a single request does.
   */
  synchronized void addRequest(Message request, int onTheirWay) {
    queue(request);
    heldBack++;
    if (heldBack >= worthAWrite(onTheirWay)) {
      wake();
    }
  }

  /** How many requests make a write while so many are on their way: an eighth of those. */
  static int worthAWrite(int onTheirWay) {
    return Math.clamp(onTheirWay / 8, 1, MOST_HELD_BACK);
  }

  /** Queues a block for upload; whether there was room. */
  synchronized boolean serve(Block block) {
    if (blocks.size() >= mostBlocks) {
      return false;
    }
    blocks.add(block);
    wake();
    return true;
  }

  /** Takes a block out of the queue, if it is there. */
  synchronized boolean unserve(Block block) {
    return blocks.remove(block);
  }

  /** Empties the queue of blocks. */
  synchronized List<Block> dropBlocks() {
    var dropped = new ArrayList<>(blocks);
    blocks.clear();
    return dropped;
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void wake() {
    heldBack = 0;
    if (waiting) {
      notifyAll();
    }
  }

  /**
   * Blocks from the head of the queue, at least one if there is any, of that many bytes at most
   * with their headers.
   */
  synchronized List<Block> takeBlocks(int mostBytes) {
    var taken = new ArrayList<Block>();
    int bytes = 0;
    while (!blocks.isEmpty() && (bytes == 0 || bytes + onTheWire(blocks.element()) <= mostBytes)) {
      bytes += onTheWire(blocks.element());
      taken.add(blocks.remove());
    }
    return taken;
  }

  private static int onTheWire(Block block) {
    return MessageWriter.PIECE_HEADER + block.length();
  }

  /** Sends what is held back, if anything is. */
  synchronized void nudge() {
    if (heldBack > 0) {
      wake();
    }
  }

  /** The messages collected so far; the caller owns the list. */
  synchronized ArrayDeque<Message> takeMessages() {
    var taken = messages;
    messages = new ArrayDeque<>();
    heldBack = 0;
    if (unsent > mostUnsent) {
      notifyAll();
    }
    unsent = 0;
    return taken;
  }

  /**
   * Waits until there is something to write.
   *
   * @param nanos at most
   * @param want what is worth waking for
   * @return false once closed
   */
  synchronized boolean await(long nanos, Want want) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (!closed && messages.isEmpty() && (want == Want.MESSAGES || blocks.isEmpty())) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      waiting = true;
      TimeUnit.NANOSECONDS.timedWait(this, left);
      waiting = false;
    }
    return !closed;
  }

  /** What the writer waits for. */
  enum Want {
    MESSAGES,
    MESSAGES_AND_BLOCKS
  }
}
