package io.l7.http.server;

import io.l7.common.framing.WireException;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.net.Connection;
import io.l7.http.message.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Sends files, and what was read from them, in windows, each with its own deadline: a client that
 * reads nothing is cut, one that reads slowly gets smaller windows.
 */
final class FileSender {
  private static final long FIRST_WINDOW = 256 << 10;
  private static final long SMALLEST_WINDOW = 64 << 10;
  private static final long LARGEST_WINDOW = 1 << 20;
  private static final long FAST_NANOS = 250_000_000;
  private static final long SLOW_NANOS = 2_000_000_000;

  private final Connection connection;
  private final Duration windowTime;

  /** For one connection: the next answer begins with what the client has shown. */
  private long window = FIRST_WINDOW;

  FileSender(Connection connection, Duration windowTime) {
    this.connection = connection;
    this.windowTime = windowTime;
  }

  /**
   * Sends a region behind what is pending.
   *
   * @param sent hears of each window
   * @throws ClientGoneException the client has left
   * @throws Truncated the file has shrunk: the client must see a broken connection, never padding
   */
  void send(Body.Region region, LongConsumer sent) throws IOException {
    inWindows(
        region.count(),
        (from, count) -> {
          if (transfer(region, region.position() + from, count) < count) {
            throw new Truncated("a file of " + region.count() + " bytes");
          }
        },
        sent);
  }

  /**
   * Sends memory behind what is pending.
   *
   * @param sent hears of each window
   * @throws ClientGoneException the client has left
   */
  void send(Body.Memory memory, LongConsumer sent) throws IOException {
    var octets = memory.octets();
    int start = octets.position();
    inWindows(
        octets.remaining(),
        (from, count) -> {
          var window = octets.slice(start + (int) from, (int) count);
          try {
            connection.send(window);
          } catch (WireException e) {
            throw e;
          } catch (IOException e) {
            throw new ClientGoneException(e);
          }
        },
        sent);
  }

  /**
   * Sends part of an array behind what is pending.
   *
   * @param sent hears of each window
   * @throws ClientGoneException the client has left
   */
  void send(Body.Bytes bytes, LongConsumer sent) throws IOException {
    inWindows(
        bytes.count(),
        (from, count) -> {
          try {
            connection.send(
                ByteBuffer.wrap(bytes.array(), bytes.offset() + (int) from, (int) count));
          } catch (WireException e) {
            throw e;
          } catch (IOException e) {
            throw new ClientGoneException(e);
          }
        },
        sent);
  }

  /** Sends one window. */
  @FunctionalInterface
  interface Window {
    void send(long from, long count) throws IOException;
  }

  /**
   * Sends {@code total} bytes window by window, each with its deadline.
   *
   * @param sent hears of each window
   */
  void inWindows(long total, Window part, LongConsumer sent) throws IOException {
    long done = 0;
    try {
      while (done < total) {
        long wanted = Math.min(window, total - done);
        long before = System.nanoTime();
        connection.deadline(windowTime, "the client to read");
        part.send(done, wanted);
        done += wanted;
        sent.accept(wanted);
        long took = System.nanoTime() - before;
        if (took < FAST_NANOS) {
          window = Math.min(LARGEST_WINDOW, window * 2);
        } else if (took > SLOW_NANOS) {
          window = Math.max(SMALLEST_WINDOW, window / 2);
        }
      }
    } finally {
      connection.clearDeadline();
    }
  }

  /** A fault of sending that is not one of reading the file is the client's leaving. */
  private long transfer(Body.Region region, long position, long count) throws IOException {
    FileChannel file = region.file();
    try {
      return connection.transfer(file, region.mapped(), position, count);
    } catch (WireException e) {
      throw e;
    } catch (IOException e) {
      try {
        file.read(ByteBuffer.allocate(1), position);
      } catch (IOException ours) {
        e.addSuppressed(ours);
        throw e;
      }
      throw new ClientGoneException(e);
    }
  }
}
