package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionHandler;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves HTTP/1.1 on connections that others accept: what {@code HttpServer} gives to its TCP
 * server, and tests to a pipe.
 */
public final class ConnectionLoop implements ConnectionHandler {
  /**
   * Connections up to which one that has answered lets the others go first. With more there is
   * always one that runs, and the scheduler, which turns to what was woken from outside when its
   * own queue is empty, keeps those that wait for the poller from their turn: at 1,000 the slowest
   * hundredth took four times as long.
   */
  private static final int TAKE_TURNS_UP_TO = 512;

  private final AtomicInteger open = new AtomicInteger();
  private final ServerSettings settings;
  private final HttpCounters counters;
  private final DateLine date;

  public ConnectionLoop(ServerSettings settings) {
    this.settings = settings;
    this.counters = new HttpCounters(settings.metrics());
    this.date = new DateLine(settings.clock());
  }

  @Override
  public void serve(Connection connection) throws IOException {
    open.incrementAndGet();
    try {
      new ServerConnection(connection, settings, counters, date, this::afterAnswers).run();
    } finally {
      open.decrementAndGet();
    }
  }

  /**
   * Others first, where they are few: under load the next request is there when this thread comes
   * back, and the read needs no wait. 64 connections on one core: 1.3 reads and 0.3 epoll_ctl a
   * request instead of 2 and 1, a tenth of the processor time.
   */
  @SuppressWarnings("ThreadPriorityCheck") // The yield is for speed; nothing depends on it.
  private void afterAnswers() {
    if (open.get() <= TAKE_TURNS_UP_TO) {
      Thread.yield();
    }
  }
}
