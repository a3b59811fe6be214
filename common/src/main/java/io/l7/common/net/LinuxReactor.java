package io.l7.common.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A reactor over an epoll of ours. While sockets are ready it asks without waiting. When none is, a
 * platform thread waits in the kernel for it, or under load, where that pays, it does so itself.
 */
final class LinuxReactor extends Reactor {
  private static final int FIRST_ROOM = 1024;

  private final LinuxEpoll epoll;
  private final Naps naps = new Naps();
  private final AtomicLong napped = new AtomicLong();
  private @Nullable LinuxAlarm alarm;
  private boolean alarmIsReported;
  private final Thread watcher =
      Thread.ofPlatform().daemon().name("sockets").unstarted(this::watch);

  /** By descriptor. A report may come late, for a socket that has the descriptor now: it looks. */
  private volatile AtomicReferenceArray<@Nullable LinuxSocket> sockets =
      new AtomicReferenceArray<>(FIRST_ROOM);

  /** Who waits for the watcher, and no longer once it has an answer. */
  private volatile @Nullable Thread waiting;

  /** The watcher's answer; published by {@link #waiting}. */
  private int found;

  private LinuxReactor() throws IOException {
    epoll = new LinuxEpoll();
  }

  static LinuxReactor open() throws IOException {
    var reactor = new LinuxReactor();
    reactor.watcher.start();
    reactor.start();
    return reactor;
  }

  @Override
  ReactorSocket socket(SocketChannel channel) throws IOException {
    return new LinuxSocket(channel, this);
  }

  @Override
  void ask() throws IOException {
    int ready = epoll.ready(0);
    if (ready == 0)
      ready = naps.arePaying() && Scheduled.onlyCarrierIsUnwanted() ? nap() : awaitReady();
    for (int i = 0; i < ready; i++) {
      var known = sockets;
      int descriptor = epoll.socket(i);
      var socket = descriptor < known.length() ? known.get(descriptor) : null;
      if (socket != null) socket.report(epoll.reported(i));
      else if (alarm != null && descriptor == alarm.descriptor()) alarm.rang();
    }
  }

  /**
   * In the kernel, with the carrier: who else wants it meanwhile waits for a socket or the alarm.
   */
  private int nap() throws IOException {
    long began = System.nanoTime();
    rested();
    try {
      setAlarm();
    } catch (IOException e) {
      naps.wasInTheWay(); // without an alarm it would be
      return awaitReady();
    }
    napped.incrementAndGet();
    int ready = epoll.ready(-1);
    if (Scheduled.anyMayWait()) naps.wasInTheWay();
    else naps.napped(System.nanoTime() - began);
    return ready;
  }

  private void setAlarm() throws IOException {
    if (alarm == null) alarm = new LinuxAlarm(Naps.MOST_NANOS);
    if (!alarmIsReported) epoll.add(alarm.descriptor());
    alarmIsReported = true;
    alarm.set();
  }

  private int awaitReady() {
    long began = System.nanoTime();
    waiting = Thread.currentThread();
    LockSupport.unpark(watcher);
    while (waiting != null) LockSupport.park(this);
    rested();
    naps.waited(System.nanoTime() - began);
    return found;
  }

  private void watch() {
    while (true) {
      var waiter = waiting;
      if (waiter == null) {
        LockSupport.park(this);
        continue;
      }
      try {
        found = epoll.ready(-1);
      } catch (IOException | RuntimeException | Error e) {
        found = 0;
        failed(e);
      }
      waiting = null;
      LockSupport.unpark(waiter);
    }
  }

  /** How often it has waited in the kernel itself. */
  long naps() {
    return napped.get();
  }

  /** Lets a socket be reported from now on. */
  synchronized void add(int descriptor, LinuxSocket socket) throws IOException {
    if (descriptor >= sockets.length()) sockets = grown(sockets, descriptor + 1);
    sockets.set(descriptor, socket); // first: it may be reported at once, and is not again
    try {
      epoll.add(descriptor);
    } catch (IOException e) {
      sockets.set(descriptor, null);
      throw e;
    }
  }

  private static AtomicReferenceArray<@Nullable LinuxSocket> grown(
      AtomicReferenceArray<@Nullable LinuxSocket> from, int least) {
    var to = new AtomicReferenceArray<@Nullable LinuxSocket>(Math.max(least, 2 * from.length()));
    for (int i = 0; i < from.length(); i++) to.set(i, from.get(i));
    return to;
  }

  /** Reports a socket again if it is ready. */
  void rearm(int descriptor) throws IOException {
    epoll.rearm(descriptor);
  }

  /** Before its descriptor is closed, and may be another's. */
  synchronized void forget(int descriptor) {
    sockets.set(descriptor, null);
  }
}
