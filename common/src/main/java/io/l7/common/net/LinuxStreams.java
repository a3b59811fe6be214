package io.l7.common.net;

import static io.l7.common.net.LinuxCalls.INT;
import static io.l7.common.net.LinuxCalls.LONG;
import static io.l7.common.net.LinuxCalls.PTR;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux' calls for the octets of a connection, straight between the socket and arrays of the heap.
 * The JDK copies through a buffer of its own, and reads and writes sockets as files; of a small
 * request's processor time that is a twentieth. The socket itself stays the JDK's.
 */
final class LinuxStreams {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxStreams.class);

  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NOTSENT_LOWAT = 25;

  private LinuxStreams() {}

  /** The handles; initialised only where the calls exist. */
  private static final class Calls {
    static final MethodHandle RECV = LinuxCalls.brief("recv", LONG, INT, PTR, LONG, INT);
    static final MethodHandle SEND = LinuxCalls.brief("send", LONG, INT, PTR, LONG, INT);
    static final MethodHandle DESCRIPTOR = descriptorOf();

    private static MethodHandle descriptorOf() {
      try {
        return MethodHandles.lookup()
            .findVirtual(
                Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", MethodType.methodType(int.class))
            .asType(MethodType.methodType(int.class, Channel.class));
      } catch (ReflectiveOperationException e) {
        throw new UnsupportedOperationException("a socket's descriptor is not to be had", e);
      }
    }
  }

  /** Made with the first listener; who only dials needs none. */
  private static final class Options {
    static final MethodHandle SETSOCKOPT =
        LinuxCalls.call("setsockopt", INT, INT, INT, INT, PTR, INT);
  }

  /**
   * Whether connections may be read and written this way: native access was enabled, and {@code
   * --add-exports java.base/sun.nio.ch=ALL-UNNAMED} given, without which the JDK does not tell a
   * socket's descriptor. The first question makes the calls.
   */
  static boolean areAvailable() {
    return Available.AVAILABLE;
  }

  private static final class Available {
    static final boolean AVAILABLE = available();

    private static boolean available() {
      if (!LinuxCalls.areAllowed()) return false;
      try {
        return Calls.RECV != null && Calls.SEND != null && Calls.DESCRIPTOR != null;
      } catch (LinkageError | RuntimeException e) {
        LOG.debug("connections by the JDK's channels", e);
        return false;
      }
    }
  }

  /** The descriptor of an open channel, whose it is until the channel is closed. */
  static int descriptor(SocketChannel channel) {
    return descriptor((Channel) channel);
  }

  private static int descriptor(Channel channel) {
    try {
      return (int) Calls.DESCRIPTOR.invokeExact(channel);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // it returns a field
    }
  }

  /**
   * Lets the connections of a listener hold no more than {@code octets} in the kernel that are not
   * even on their way: they have this from it. A kernel that cannot goes on as it does.
   */
  static void boundUnsent(ServerSocketChannel listener, int octets) {
    try (var arena = Arena.ofConfined()) {
      int _ =
          (int)
              Options.SETSOCKOPT.invokeExact(
                  arena.allocate(LinuxCalls.STATE_OCTETS, LinuxCalls.STATE_OCTETS),
                  descriptor(listener),
                  IPPROTO_TCP,
                  TCP_NOTSENT_LOWAT,
                  arena.allocateFrom(INT, octets),
                  Integer.BYTES);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall itself throws nothing
    }
  }

  /**
   * Takes what has come and fits, without waiting.
   *
   * @return octets; 0 at the end; -1 with an error in {@code state}
   */
  static int receive(int socket, MemorySegment target, MemorySegment state) {
    try {
      return (int)
          (long) Calls.RECV.invokeExact(state, socket, target, target.byteSize(), MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall itself throws nothing
    }
  }

  /**
   * Gives what the socket takes, without waiting.
   *
   * @return octets; -1 with an error in {@code state}
   */
  static int send(int socket, MemorySegment source, MemorySegment state) {
    try {
      return (int)
          (long)
              Calls.SEND.invokeExact(
                  state, socket, source, source.byteSize(), MSG_DONTWAIT | MSG_NOSIGNAL);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
