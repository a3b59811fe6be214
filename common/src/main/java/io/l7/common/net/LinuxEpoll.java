package io.l7.common.net;

import static io.l7.common.net.LinuxCalls.INT;
import static io.l7.common.net.LinuxCalls.PTR;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * An epoll: sockets are registered once, for good, and reported when something changes (edge
 * triggered), so that a request costs no call for its interest and a ready socket is looked at
 * once. One thread asks at a time; any may register.
 */
final class LinuxEpoll {
  static final int IN = 0x1;
  static final int OUT = 0x4;
  static final int ERR = 0x8;
  static final int HUP = 0x10;

  /** The peer has ended its direction. */
  static final int RDHUP = 0x2000;

  private static final int ET = 1 << 31;
  private static final int ALL = IN | OUT | RDHUP | ET;

  private static final int CLOEXEC = 0x80000;
  private static final int CTL_ADD = 1;
  private static final int CTL_MOD = 3;

  /** Sockets reported at once; more are reported with the next question. */
  static final int REPORTS = 1024;

  /** {@code struct epoll_event} is packed on x86-64 alone. */
  private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

  private static final int EVENT_OCTETS = PACKED ? 12 : 16;
  private static final int DATA_AT = PACKED ? 4 : 8;

  private static final class Calls {
    static final MethodHandle CREATE = LinuxCalls.call("epoll_create1", INT, INT);
    static final MethodHandle CTL = LinuxCalls.call("epoll_ctl", INT, INT, INT, INT, PTR);
    static final MethodHandle WAIT = LinuxCalls.call("epoll_wait", INT, INT, PTR, INT, INT);
  }

  private final int descriptor;
  private final MemorySegment events;
  private final MemorySegment state;

  /**
   * Opens one, for as long as the JVM runs.
   *
   * @throws IOException there is no descriptor left for it
   */
  LinuxEpoll() throws IOException {
    events = Arena.ofAuto().allocate((long) REPORTS * EVENT_OCTETS, 8);
    state = Arena.ofAuto().allocate(LinuxCalls.STATE_OCTETS, 4);
    descriptor = create();
    if (descriptor < 0) throw LinuxCalls.failure("epoll_create1", LinuxCalls.errno(state));
  }

  private int create() {
    try {
      return (int) Calls.CREATE.invokeExact(state, CLOEXEC);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall itself throws nothing
    }
  }

  /** Registers a socket; what is ready already is reported. It ends when the socket is closed. */
  void add(int socket) throws IOException {
    control(CTL_ADD, socket);
  }

  /** Reports a registered socket again if it is ready. */
  void rearm(int socket) throws IOException {
    control(CTL_MOD, socket);
  }

  private void control(int operation, int socket) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var event = arena.allocate(EVENT_OCTETS, 8);
      event.set(ValueLayout.JAVA_INT, 0, ALL);
      event.set(ValueLayout.JAVA_INT, DATA_AT, socket);
      var error = arena.allocate(LinuxCalls.STATE_OCTETS, 4);
      if (control(error, operation, socket, event) < 0)
        throw LinuxCalls.failure("epoll_ctl", LinuxCalls.errno(error));
    }
  }

  private int control(MemorySegment error, int operation, int socket, MemorySegment event) {
    try {
      return (int) Calls.CTL.invokeExact(error, descriptor, operation, socket, event);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Asks which sockets are ready, and keeps the answer until the next question.
   *
   * @param millis how long to wait for the first, 0 not at all, -1 for ever
   * @return how many are, 0 when a signal interrupted
   */
  int ready(int millis) throws IOException {
    int count;
    try {
      count = (int) Calls.WAIT.invokeExact(state, descriptor, events, REPORTS, millis);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (count >= 0) return count;
    int errno = LinuxCalls.errno(state);
    if (errno == LinuxCalls.EINTR) return 0;
    throw LinuxCalls.failure("epoll_wait", errno);
  }

  /** The socket of one report. */
  int socket(int report) {
    return events.get(ValueLayout.JAVA_INT, (long) report * EVENT_OCTETS + DATA_AT);
  }

  /** What is said of it. */
  int reported(int report) {
    return events.get(ValueLayout.JAVA_INT, (long) report * EVENT_OCTETS);
  }
}
