package io.l7.common.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * Bursts by {@code recvmmsg} and {@code sendmmsg} on memory that is laid out once: nothing is
 * allocated for a datagram, and an answer goes to the very {@code sockaddr} that came with the
 * question.
 *
 * <p>{@code struct mmsghdr}, 64 octets: name 0, its length 8, vectors 16, their number 24, control
 * 32 and 40, flags 48, octets of the message 56.
 */
final class LinuxBurst implements DatagramBurst {
  /** Datagrams of one call; beyond some tens the calls cost little beside the datagrams. */
  static final int DATAGRAMS = 64;

  /**
   * Nanoseconds to wait for more when the burst before was of several datagrams, but few: calls and
   * wakes cost more than the rest of a datagram's way, and what comes together shares them. A
   * network card moderates its interrupts so.
   */
  private static final long PAUSE = 50_000;

  private static final int FEW = DATAGRAMS / 2;

  private static final int MAX_DATAGRAM = 65_535;

  /** Distance of buffers: no power of two, so that their beginnings do not share cache sets. */
  private static final long STRIDE = 65_536 + 192;

  /** Octets of answers that wait; four of the largest, a thousand of the usual ones. */
  private static final int OUT_OCTETS = 4 * 65_536;

  private static final long HEADER = 64;
  private static final long NAME_LENGTH = 8;
  private static final long VECTOR = 16;
  private static final long VECTORS = 24;
  private static final long OCTETS = 56;
  private static final long IOVEC = 16;

  private final LinuxPort port;
  private final int socket;
  private final int most;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment data;
  private final MemorySegment names;
  private final MemorySegment in;
  private final MemorySegment out;
  private final MemorySegment outVectors;
  private final MemorySegment outData;
  private final MemorySegment state;
  private final MemorySegment pause;
  private int arrived;
  private int queued;
  private int used;

  LinuxBurst(LinuxPort port, int datagrams) throws IOException {
    this.port = port;
    this.socket = port.acquire();
    this.most = datagrams;
    this.data = arena.allocate(STRIDE * datagrams, 64);
    this.names = arena.allocate((long) LinuxSockets.ADDRESS_OCTETS * datagrams, 64);
    this.in = arena.allocate(HEADER * datagrams, 64);
    this.out = arena.allocate(HEADER * datagrams, 64);
    this.outVectors = arena.allocate(IOVEC * datagrams, 64);
    this.outData = arena.allocate(OUT_OCTETS, 64);
    this.state = LinuxSockets.state(arena);
    this.pause = arena.allocate(16, 8); // seconds and nanoseconds
    pause.set(ValueLayout.JAVA_LONG, 8, PAUSE);
    LinuxSockets.exactSleeps(state);
    MemorySegment inVectors = arena.allocate(IOVEC * datagrams, 64);
    for (int i = 0; i < datagrams; i++) {
      inVectors.set(ValueLayout.JAVA_LONG, i * IOVEC, data.address() + i * STRIDE);
      inVectors.set(ValueLayout.JAVA_LONG, i * IOVEC + 8, MAX_DATAGRAM);
      in.set(ValueLayout.JAVA_LONG, i * HEADER, name(i));
      in.set(ValueLayout.JAVA_INT, i * HEADER + NAME_LENGTH, LinuxSockets.ADDRESS_OCTETS);
      in.set(ValueLayout.JAVA_LONG, i * HEADER + VECTOR, inVectors.address() + i * IOVEC);
      in.set(ValueLayout.JAVA_LONG, i * HEADER + VECTORS, 1);
      out.set(ValueLayout.JAVA_LONG, i * HEADER + VECTOR, outVectors.address() + i * IOVEC);
      out.set(ValueLayout.JAVA_LONG, i * HEADER + VECTORS, 1);
    }
  }

  private long name(int index) {
    return names.address() + (long) index * LinuxSockets.ADDRESS_OCTETS;
  }

  @Override
  public int receive() throws IOException {
    flush();
    if (arrived > 1 && arrived < FEW) {
      LinuxSockets.sleep(pause, state);
    }
    for (int i = 0; i < arrived; i++) { // the system wrote how much it used
      in.set(ValueLayout.JAVA_INT, i * HEADER + NAME_LENGTH, LinuxSockets.ADDRESS_OCTETS);
    }
    arrived = 0;
    while (true) {
      int count = LinuxSockets.receive(socket, in, most, state);
      if (port.isClosed()) {
        throw new SocketException("Socket closed");
      }
      if (count > 0) {
        arrived = count;
        return count;
      }
      int errno = count == 0 ? LinuxCalls.EAGAIN : LinuxCalls.errno(state);
      if (errno != LinuxCalls.EINTR && errno != LinuxCalls.EAGAIN) {
        throw LinuxCalls.failure("recvmmsg", errno);
      }
    }
  }

  @Override
  public int copy(int index, byte[] target) {
    int octets = Math.min(in.get(ValueLayout.JAVA_INT, index * HEADER + OCTETS), target.length);
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, index * STRIDE, target, 0, octets);
    return octets;
  }

  @Override
  public InetSocketAddress from(int index) {
    return LinuxSockets.decode(names, (long) index * LinuxSockets.ADDRESS_OCTETS);
  }

  @Override
  public long fromUpper(int index) {
    return LinuxSockets.upper(names, (long) index * LinuxSockets.ADDRESS_OCTETS);
  }

  @Override
  public long fromLower(int index) {
    return LinuxSockets.lower(names, (long) index * LinuxSockets.ADDRESS_OCTETS);
  }

  @Override
  public void reply(int index, byte[] source, int offset, int length) throws IOException {
    if (queued == most || used + length > OUT_OCTETS) {
      flush();
    }
    MemorySegment.copy(source, offset, outData, ValueLayout.JAVA_BYTE, used, length);
    outVectors.set(ValueLayout.JAVA_LONG, queued * IOVEC, outData.address() + used);
    outVectors.set(ValueLayout.JAVA_LONG, queued * IOVEC + 8, length);
    out.set(ValueLayout.JAVA_LONG, queued * HEADER, name(index));
    out.set(
        ValueLayout.JAVA_INT,
        queued * HEADER + NAME_LENGTH,
        in.get(ValueLayout.JAVA_INT, index * HEADER + NAME_LENGTH));
    queued++;
    used = (used + length + 7) & ~7;
  }

  @Override
  public void flush() throws IOException {
    int sent = 0;
    int total = queued;
    queued = 0;
    used = 0;
    int errno = 0;
    while (sent < total) {
      MemorySegment rest = sent == 0 ? out : out.asSlice(sent * HEADER);
      int count = LinuxSockets.send(socket, rest, total - sent, state);
      if (count > 0) {
        sent += count;
        continue;
      }
      int why = LinuxCalls.errno(state);
      if (why != LinuxCalls.EINTR) { // this one cannot leave: the others shall
        errno = why;
        sent++;
      }
    }
    if (errno != 0) {
      throw LinuxCalls.failure("sendmmsg", errno);
    }
  }

  @Override
  public void close() {
    arena.close();
    port.release();
  }
}
