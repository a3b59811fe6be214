package io.l7.common.net;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A socket that is read and written by Linux' own calls, and waited for by an epoll. Its channel
 * owns the descriptor, and does everything else.
 */
final class LinuxSocket extends ReactorSocket {
  private final LinuxReactor reactor;
  private final Readiness readable;
  private final Readiness writable;
  private final int descriptor;

  /** A descriptor that is closed may be another's at once: each call is made while it is not. */
  private final Object reading = getInputStream();

  private final Object writing = getOutputStream();

  /** Set by who holds both directions. */
  private boolean closed;

  private boolean registered;

  /** Whether the kernel said that nothing comes after what is there, or that the socket failed. */
  private volatile boolean ending;

  LinuxSocket(SocketChannel channel, LinuxReactor reactor) throws IOException {
    this(
        channel,
        reactor,
        new Readiness(SelectionKey.OP_READ),
        new Readiness(SelectionKey.OP_WRITE));
  }

  private LinuxSocket(
      SocketChannel channel, LinuxReactor reactor, Readiness readable, Readiness writable)
      throws IOException {
    super(channel, readable, writable);
    this.reactor = reactor;
    this.readable = readable;
    this.writable = writable;
    this.descriptor = LinuxStreams.descriptor(channel);
  }

  /**
   * The part of an array that the kernel may touch; it is checked here, nowhere else. Not kept from
   * one call to the next: it would keep a lent array from being collected.
   */
  private static MemorySegment part(byte[] array, int offset, int length) {
    return MemorySegment.ofArray(array).asSlice(offset, length);
  }

  @Override
  int receive(byte[] target, int offset, int length) throws IOException {
    var state = MemorySegment.ofArray(new int[1]);
    synchronized (reading) {
      if (closed) throw new ClosedChannelException();
      int count = LinuxStreams.receive(descriptor, part(target, offset, length), state);
      if (count > 0) return count;
      return count == 0 ? -1 : nothing(state);
    }
  }

  @Override
  int send(byte[] source, int offset, int length) throws IOException {
    var state = MemorySegment.ofArray(new int[1]);
    synchronized (writing) {
      if (closed) throw new ClosedChannelException();
      int count = LinuxStreams.send(descriptor, part(source, offset, length), state);
      return count >= 0 ? count : nothing(state);
    }
  }

  private static int nothing(MemorySegment state) throws SocketException {
    int errno = LinuxCalls.errno(state);
    if (errno == LinuxCalls.EAGAIN || errno == LinuxCalls.EINTR) return 0;
    throw new SocketException(LinuxCalls.describe(errno));
  }

  @Override
  boolean mayHaveMore() {
    return ending; // its end was reported together with what came before it
  }

  @Override
  void watch(int operation) throws IOException {
    synchronized (reading) {
      if (closed) throw new SocketException("Socket closed");
      if (registered) {
        reactor.rearm(descriptor);
      } else {
        reactor.add(descriptor, this);
        registered = true;
      }
    }
  }

  /**
   * Waits until the kernel takes octets again. Between such waits it is not told of it: each report
   * that something came says that there is room as well.
   */
  @Override
  public void awaitWritable() throws IOException {
    super.awaitWritable();
    writable.leave();
  }

  /** For the reactor, or late for another socket that had the descriptor before. */
  void report(int events) {
    if ((events & (LinuxEpoll.RDHUP | LinuxEpoll.HUP | LinuxEpoll.ERR)) != 0) ending = true;
    if ((events & ~LinuxEpoll.OUT) != 0 && readable.report()) reactor.ready(readable);
    if ((events & ~(LinuxEpoll.IN | LinuxEpoll.RDHUP)) != 0 && writable.report())
      reactor.ready(writable);
  }

  @Override
  public void close() throws IOException {
    synchronized (writing) {
      synchronized (reading) {
        closed = true;
        if (registered) reactor.forget(descriptor);
        registered = false;
      }
    }
    super.close();
  }
}
