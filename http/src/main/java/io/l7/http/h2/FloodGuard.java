package io.l7.http.h2;

import io.l7.common.limits.TokenBucket;
import io.l7.http.h2.Http2Error.OfConnection;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts what a client may do only so often on one connection, and ends it with ENHANCE_YOUR_CALM
 * beyond. Safe for all threads.
 */
public final class FloodGuard {
  /** Window updates that one frame of content allows: for its stream and for the connection. */
  private static final int UPDATES_PER_FRAME = 2;

  private final Consumer<Flood> counter;
  private final TokenBucket resets;
  private final TokenBucket controlFrames;
  private final TokenBucket emptyFrames;
  private final TokenBucket windowUpdates;
  private long framesSent;
  private long updatesPaid;

  /**
   * @param nanos a clock that never goes back
   * @param counter hears of each flood
   */
  public FloodGuard(Http2Limits limits, LongSupplier nanos, Consumer<Flood> counter) {
    this.counter = counter;
    this.resets = bucket(limits.resets(), nanos);
    this.controlFrames = bucket(limits.controlFrames(), nanos);
    this.emptyFrames = bucket(limits.emptyFrames(), nanos);
    this.windowUpdates = bucket(limits.windowUpdates(), nanos);
  }

  private static TokenBucket bucket(Http2Limits.Rate rate, LongSupplier nanos) {
    return new TokenBucket(rate.perSecond(), rate.burst(), nanos);
  }

  /** A stream was reset before its end, by the client or because of it. */
  public void reset() throws OfConnection {
    take(resets, Flood.RESETS);
  }

  public void controlFrame() throws OfConnection {
    take(controlFrames, Flood.CONTROL_FRAMES);
  }

  public void emptyFrame() throws OfConnection {
    take(emptyFrames, Flood.EMPTY_FRAMES);
  }

  public synchronized void windowUpdate() throws OfConnection {
    if (updatesPaid < UPDATES_PER_FRAME * framesSent) {
      updatesPaid++;
    } else {
      take(windowUpdates, Flood.WINDOW_UPDATES);
    }
  }

  /**
   * Content was sent, which the client will make room for again.
   *
   * @param octets few of them pay for nothing: a client that opens its windows by one octet at a
   *     time would earn its updates by them
   */
  public synchronized void sent(int octets) {
    if (octets >= 256) {
      framesSent++;
    }
  }

  private void take(TokenBucket bucket, Flood flood) throws OfConnection {
    if (!bucket.tryTake(1)) {
      throw flooded(flood);
    }
  }

  /** What ends the connection for a flood that others have seen. */
  public OfConnection flooded(Flood flood) {
    counter.accept(flood);
    return new OfConnection(ErrorCode.ENHANCE_YOUR_CALM, flood.label());
  }
}
