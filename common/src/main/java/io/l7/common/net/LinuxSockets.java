package io.l7.common.net;

import static io.l7.common.net.LinuxCalls.INT;
import static io.l7.common.net.LinuxCalls.LONG;
import static io.l7.common.net.LinuxCalls.PTR;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux' calls for datagrams, through the foreign function interface. Structures are those of
 * 64-bit Linux, the same on x86-64 and AArch64.
 */
final class LinuxSockets {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxSockets.class);

  /** Octets of a {@code sockaddr_in6}, the larger of the two, rounded up. */
  static final int ADDRESS_OCTETS = 32;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEPORT = 15;
  private static final int SO_RCVBUF = 8;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final int SHUT_RDWR = 2;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_WAITFORONE = 0x10000;

  static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt NETWORK_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong NETWORK_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final boolean AVAILABLE = available();

  private LinuxSockets() {}

  /** The handles; initialised only where the calls exist. */
  private static final class Calls {
    static final MethodHandle SOCKET = LinuxCalls.call("socket", INT, INT, INT, INT);
    static final MethodHandle BIND = LinuxCalls.call("bind", INT, INT, PTR, INT);
    static final MethodHandle SETSOCKOPT =
        LinuxCalls.call("setsockopt", INT, INT, INT, INT, PTR, INT);
    static final MethodHandle GETSOCKNAME = LinuxCalls.call("getsockname", INT, INT, PTR, PTR);
    static final MethodHandle SHUTDOWN = LinuxCalls.call("shutdown", INT, INT, INT);
    static final MethodHandle CLOSE = LinuxCalls.call("close", INT, INT);
    static final MethodHandle SENDTO =
        LinuxCalls.call("sendto", LONG, INT, PTR, LONG, INT, PTR, INT);
    static final MethodHandle RECVMMSG = LinuxCalls.call("recvmmsg", INT, INT, PTR, INT, INT, PTR);
    static final MethodHandle NANOSLEEP = LinuxCalls.call("nanosleep", INT, PTR, PTR);
    static final MethodHandle PRCTL = LinuxCalls.call("prctl", INT, INT, LONG);
    static final MethodHandle SENDMMSG = LinuxCalls.call("sendmmsg", INT, INT, PTR, INT, INT);
  }

  @FunctionalInterface
  private interface Call {
    long run() throws Throwable;
  }

  /** Whether this is a Linux whose calls may be used: {@code --enable-native-access} was given. */
  static boolean isAvailable() {
    return AVAILABLE;
  }

  private static boolean available() {
    if (!LinuxCalls.areAllowed()) return false;
    try {
      return Calls.RECVMMSG != null && Calls.SENDMMSG != null;
    } catch (LinkageError | RuntimeException e) {
      LOG.info("datagrams one at a time: {}", e.toString());
      return false;
    }
  }

  /** Memory for the error number of a call. */
  static MemorySegment state(Arena arena) {
    return arena.allocate(LinuxCalls.STATE_OCTETS, 4);
  }

  /** Receives up to {@code count} datagrams, waiting for the first; -1 with errno. */
  static int receive(int socket, MemorySegment headers, int count, MemorySegment state) {
    try {
      return (int)
          Calls.RECVMMSG.invokeExact(
              state, socket, headers, count, MSG_WAITFORONE, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall itself throws nothing
    }
  }

  /** Sends {@code count} datagrams; how many left, or -1 with errno. */
  static int send(int socket, MemorySegment headers, int count, MemorySegment state) {
    try {
      return (int) Calls.SENDMMSG.invokeExact(state, socket, headers, count, 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets this thread's sleeps end when they should and not 50 µs later. */
  static void exactSleeps(MemorySegment state) {
    try {
      int _ = (int) Calls.PRCTL.invokeExact(state, PR_SET_TIMERSLACK, 1L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sleeps for a {@code struct timespec}, or shorter. */
  static void sleep(MemorySegment time, MemorySegment state) {
    try {
      int _ = (int) Calls.NANOSLEEP.invokeExact(state, time, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long checked(String what, MemorySegment state, Call call) throws IOException {
    long result;
    try {
      result = call.run();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (result < 0) {
      throw LinuxCalls.failure(what, LinuxCalls.errno(state));
    }
    return result;
  }

  /** How a socket shares its port. */
  enum Sharing {
    ALONE,
    REUSEPORT
  }

  /** Opens and binds a socket; returns its descriptor. */
  static int open(InetSocketAddress address, Sharing sharing, int receiveBuffer)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      boolean six = address.getAddress() instanceof Inet6Address;
      int socket =
          (int)
              checked(
                  "socket",
                  state,
                  () ->
                      (int)
                          Calls.SOCKET.invokeExact(
                              state, six ? AF_INET6 : AF_INET, SOCK_DGRAM_CLOEXEC, 0));
      try {
        if (six && address.getAddress().isAnyLocalAddress()) {
          option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0, arena, state);
        }
        if (sharing == Sharing.REUSEPORT) {
          option(socket, SOL_SOCKET, SO_REUSEPORT, 1, arena, state);
        }
        option(socket, SOL_SOCKET, SO_RCVBUF, receiveBuffer, arena, state);
        MemorySegment name = arena.allocate(ADDRESS_OCTETS, 8);
        int octets = encode(address, name);
        if (checkedBind(socket, name, octets, state) < 0) {
          throw new BindException(
              Endpoint.of(address) + ": " + LinuxCalls.describe(LinuxCalls.errno(state)));
        }
        return socket;
      } catch (IOException e) {
        close(socket);
        throw e;
      }
    }
  }

  private static int checkedBind(int socket, MemorySegment name, int octets, MemorySegment state) {
    try {
      return (int) Calls.BIND.invokeExact(state, socket, name, octets);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void option(
      int socket, int level, int name, int value, Arena arena, MemorySegment state)
      throws IOException {
    MemorySegment at = arena.allocateFrom(ValueLayout.JAVA_INT, value);
    long _ =
        checked(
            "setsockopt",
            state,
            () -> (int) Calls.SETSOCKOPT.invokeExact(state, socket, level, name, at, 4));
  }

  /** The address a socket is bound to. */
  static InetSocketAddress address(int socket) throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      MemorySegment name = arena.allocate(ADDRESS_OCTETS, 8);
      MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_OCTETS);
      long _ =
          checked(
              "getsockname",
              state,
              () -> (int) Calls.GETSOCKNAME.invokeExact(state, socket, name, octets));
      return decode(name, 0);
    }
  }

  /** Sends one datagram from any thread. */
  static void send(int socket, byte[] source, int offset, int length, InetSocketAddress to)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      MemorySegment name = arena.allocate(ADDRESS_OCTETS, 8);
      int octets = encode(to, name);
      MemorySegment data = arena.allocate(Math.max(1, length));
      MemorySegment.copy(source, offset, data, ValueLayout.JAVA_BYTE, 0, length);
      long _ =
          checked(
              "sendto",
              state,
              () ->
                  (long)
                      Calls.SENDTO.invokeExact(
                          state, socket, data, (long) length, MSG_DONTWAIT, name, octets));
    }
  }

  /** Wakes who waits for datagrams, for good. */
  static void shutdown(int socket) {
    try (var arena = Arena.ofConfined()) {
      // fails for a socket without a peer, and wakes its receivers all the same
      int _ = (int) Calls.SHUTDOWN.invokeExact(state(arena), socket, SHUT_RDWR);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static void close(int socket) {
    try (var arena = Arena.ofConfined()) {
      int _ = (int) Calls.CLOSE.invokeExact(state(arena), socket);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a {@code sockaddr}; returns its octets. */
  private static int encode(InetSocketAddress address, MemorySegment name) {
    byte[] octets = address.getAddress().getAddress();
    boolean four = address.getAddress() instanceof Inet4Address;
    name.set(ValueLayout.JAVA_SHORT, 0, (short) (four ? AF_INET : AF_INET6));
    name.set(NETWORK_SHORT, 2, (short) address.getPort());
    MemorySegment.copy(octets, 0, name, ValueLayout.JAVA_BYTE, four ? 4 : 8, octets.length);
    if (address.getAddress() instanceof Inet6Address six) {
      name.set(ValueLayout.JAVA_INT, 24, six.getScopeId());
    }
    return four ? 16 : 28;
  }

  /** Reads the {@code sockaddr} at {@code at}. */
  static InetSocketAddress decode(MemorySegment names, long at) {
    boolean four = names.get(ValueLayout.JAVA_SHORT, at) == AF_INET;
    var octets = new byte[four ? 4 : 16];
    MemorySegment.copy(names, ValueLayout.JAVA_BYTE, at + (four ? 4 : 8), octets, 0, octets.length);
    int port = names.get(NETWORK_SHORT, at + 2) & 0xffff;
    try {
      int scope = four ? 0 : names.get(ValueLayout.JAVA_INT, at + 24);
      var address =
          scope == 0
              ? InetAddress.getByAddress(octets)
              : Inet6Address.getByAddress(null, octets, scope);
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // the lengths are right
    }
  }

  static long upper(MemorySegment names, long at) {
    return names.get(ValueLayout.JAVA_SHORT, at) == AF_INET ? 0 : names.get(NETWORK_LONG, at + 8);
  }

  static long lower(MemorySegment names, long at) {
    return names.get(ValueLayout.JAVA_SHORT, at) == AF_INET
        ? AddressBits.mapped(names.get(NETWORK_INT, at + 4))
        : names.get(NETWORK_LONG, at + 16);
  }
}
