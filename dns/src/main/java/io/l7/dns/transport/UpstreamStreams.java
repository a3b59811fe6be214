package io.l7.dns.transport;

import io.l7.common.net.Network;
import io.l7.dns.message.Message;
import io.l7.dns.resolver.Exchange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to name servers, kept for a few seconds (RFC 7766 §6.2.1): at most one to each
 * server, which all questions to it share. A kept connection that turns out to be dead is replaced
 * once. Safe for all threads.
 */
final class UpstreamStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamStreams.class);

  /** Kept connections that may turn out dead before one is made for the question alone. */
  private static final int MOST_TURNS = 2;

  private final Network network;
  private final UpstreamLimits limits;
  private final ScheduledExecutorService alarms;
  private final ConcurrentHashMap<InetSocketAddress, CompletableFuture<UpstreamStream>> kept =
      new ConcurrentHashMap<>();
  private final LongAdder opened = new LongAdder();

  UpstreamStreams(Network network, UpstreamLimits limits, ScheduledExecutorService alarms) {
    this.network = network;
    this.limits = limits;
    this.alarms = alarms;
  }

  /** Connections made so far. */
  long opened() {
    return opened.sum();
  }

  /** Connections open or being made. */
  int kept() {
    return kept.size();
  }

  /**
   * Asks over a connection to {@code server}.
   *
   * @throws SocketTimeoutException when {@code patience} is over first
   */
  Exchange exchange(InetSocketAddress server, byte[] wire, Message query, Duration patience)
      throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      boolean room = kept.size() < limits.connections();
      var mine = new CompletableFuture<UpstreamStream>();
      CompletableFuture<UpstreamStream> there =
          room ? kept.putIfAbsent(server, mine) : kept.get(server);
      if (there == null) {
        return room ? overNew(server, mine, wire, query, end) : alone(server, wire, query, end);
      }
      UpstreamStream stream = await(there, end);
      try {
        Optional<CompletableFuture<Exchange>> answer = ask(stream, wire, query, end);
        if (answer.isPresent()) {
          return finish(stream, answer.get(), query, end);
        }
      } catch (SocketTimeoutException e) {
        kept.remove(server, there);
        throw e;
      } catch (IOException e) {
        LOG.debug("{} closed a kept connection: {}", server, e.toString());
      }
      if (!stream.isOver()) {
        break; // full, or the id is taken
      }
      // RFC 7766 §6.2.4: a server may close at any moment, so the question goes over a new one.
      kept.remove(server, there);
    }
    return alone(server, wire, query, end);
  }

  private Exchange overNew(
      InetSocketAddress server,
      CompletableFuture<UpstreamStream> place,
      byte[] wire,
      Message query,
      long end)
      throws IOException {
    UpstreamStream stream;
    try {
      stream = dial(server, end);
    } catch (IOException | RuntimeException | Error e) {
      kept.remove(server, place);
      place.completeExceptionally(e);
      throw e;
    }
    // Ours goes first; those who wait for the connection may fill it.
    try {
      CompletableFuture<Exchange> answer = sent(stream, wire, query, end);
      place.complete(stream);
      return finish(stream, answer, query, end);
    } catch (IOException | RuntimeException | Error e) {
      kept.remove(server, place);
      place.completeExceptionally(e);
      throw e;
    } finally {
      if (stream.isOver()) {
        kept.remove(server, place);
      } else {
        watch(server, place, stream);
      }
    }
  }

  /** Closes a kept connection once it has been idle for its time. */
  private void watch(
      InetSocketAddress server, CompletableFuture<UpstreamStream> place, UpstreamStream stream) {
    Future<?> _ =
        alarms.schedule(
            () -> {
              stream.closeIfIdle(limits.keepFor().toNanos());
              if (stream.isOver()) {
                kept.remove(server, place);
              } else {
                watch(server, place, stream);
              }
            },
            limits.keepFor().toMillis() / 2 + 1,
            TimeUnit.MILLISECONDS);
  }

  private Exchange alone(InetSocketAddress server, byte[] wire, Message query, long end)
      throws IOException {
    try (UpstreamStream stream = dial(server, end)) {
      return finish(stream, sent(stream, wire, query, end), query, end);
    }
  }

  private UpstreamStream dial(InetSocketAddress server, long end) throws IOException {
    Duration left = Duration.ofMillis(Math.max(1, millisUntil(end)));
    var stream =
        new UpstreamStream(
            network.connect(Optional.empty(), server, left), limits.questionsInFlight());
    opened.increment();
    return stream;
  }

  /** Sends within the time: a server that reads nothing must not hold the sender. */
  private Optional<CompletableFuture<Exchange>> ask(
      UpstreamStream stream, byte[] wire, Message query, long end) throws IOException {
    Future<?> alarm =
        alarms.schedule(stream::close, Math.max(1, millisUntil(end)), TimeUnit.MILLISECONDS);
    try {
      return stream.ask(query, wire);
    } finally {
      alarm.cancel(false);
    }
  }

  private CompletableFuture<Exchange> sent(
      UpstreamStream stream, byte[] wire, Message query, long end) throws IOException {
    return ask(stream, wire, query, end)
        .orElseThrow(() -> new EOFException("the server closed the connection"));
  }

  private static Exchange finish(
      UpstreamStream stream, CompletableFuture<Exchange> answer, Message query, long end)
      throws IOException {
    try {
      return await(answer, end);
    } catch (SocketTimeoutException e) {
      stream.giveUp(query.id());
      throw e;
    }
  }

  private static <T> T await(CompletableFuture<T> future, long end) throws IOException {
    try {
      return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static long millisUntil(long end) {
    return (end - System.nanoTime()) / 1_000_000;
  }

  @Override
  public void close() {
    for (CompletableFuture<UpstreamStream> place : kept.values()) {
      CompletableFuture<?> _ = place.thenAccept(UpstreamStream::close);
    }
    kept.clear();
  }
}
