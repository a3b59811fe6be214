package io.l7.http.client;

import io.l7.common.net.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel that a WebSocket goes through (RFC 6455). When the server stops, both ends are told
 * between two frames that it goes away, and have a moment to say the same: nobody is left to find
 * out by a broken connection, and an idle one does not hold the server.
 */
final class WebSocketTunnel extends Tunnel {
  /** How long both ends have for their answer to our Close. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private static final int FINAL_CLOSE = 0x88;
  private static final int MASKED = 0x80;
  private static final int GOING_AWAY = 1001; // RFC 6455 §7.4.1

  private final CountDownLatch closes = new CountDownLatch(2);
  private final Way down =
      new Way(new byte[] {(byte) FINAL_CLOSE, 2, (byte) (GOING_AWAY >> 8), (byte) GOING_AWAY});
  private final Way up = new Way(maskedClose());

  WebSocketTunnel(Connection upstream, Duration writeTime) {
    super(upstream, writeTime);
  }

  // RFC 6455 §5.3: what a client says is masked, and nobody may foresee by what.
  private static byte[] maskedClose() {
    var mask = new byte[4];
    new SecureRandom().nextBytes(mask);
    return new byte[] {
      (byte) FINAL_CLOSE,
      (byte) (MASKED | 2),
      mask[0],
      mask[1],
      mask[2],
      mask[3],
      (byte) (GOING_AWAY >> 8 ^ mask[0]),
      (byte) (GOING_AWAY ^ mask[1])
    };
  }

  @Override
  public void run(InputStream in, OutputStream out) throws IOException {
    down.begin((octets, count) -> super.toClient(octets, count, out));
    up.begin(super::toUpstream);
    super.run(in, out);
  }

  @Override
  void toClient(byte[] octets, int count, OutputStream client) throws IOException {
    down.pass(octets, count);
  }

  @Override
  void toUpstream(byte[] octets, int count) throws IOException {
    up.pass(octets, count);
  }

  @Override
  public void drain() {
    down.end();
    up.end();
    try {
      boolean _ = closes.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  /** How octets are said to one of the ends. */
  @FunctionalInterface
  private interface Voice {
    void say(byte[] octets, int count) throws IOException;
  }

  /** One direction: the frames that pass, and a Close of ours behind them. */
  private final class Way {
    private final byte[] ours;
    private final ReentrantLock lock = new ReentrantLock();
    private final WebSocketFrames frames = new WebSocketFrames();
    private @Nullable Voice voice;
    private boolean ending;

    private boolean ended;
    private boolean heard;

    Way(byte[] ours) {
      this.ours = ours;
    }

    void begin(Voice to) throws IOException {
      lock.lock();
      try {
        voice = to;
        closeBetweenFrames();
      } finally {
        lock.unlock();
      }
    }

    void end() {
      lock.lock();
      try {
        ending = true;
        closeBetweenFrames();
      } catch (IOException _) {
        // Who is gone need not be told.
      } finally {
        lock.unlock();
      }
    }

    private void closeBetweenFrames() throws IOException {
      Voice to = voice;
      if (ending && !ended && to != null && frames.isBetweenFrames()) {
        ended = true;
        if (!frames.isClosed()) {
          to.say(ours, ours.length);
        }
      }
    }

    void pass(byte[] octets, int count) throws IOException {
      lock.lock();
      try {
        int at = 0;
        while (at < count && !(ending && frames.isBetweenFrames())) {
          at += frames.follow(octets, at, count - at);
        }
        if (at > 0) {
          Objects.requireNonNull(voice).say(octets, at);
        }
        closeBetweenFrames();
        // Behind our Close nothing is passed on, but their answer to it is listened for.
        while (at < count) {
          at += frames.follow(octets, at, count - at);
        }
        if (frames.isClosed() && !heard) {
          heard = true;
          closes.countDown();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
