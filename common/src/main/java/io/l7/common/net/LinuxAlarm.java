package io.l7.common.net;

import static io.l7.common.net.LinuxCalls.INT;
import static io.l7.common.net.LinuxCalls.PTR;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A descriptor that is reported once its time has come, so that whoever waits for sockets does not
 * wait longer. An epoll's own timeout does the same, but is set anew for each wait, which costs as
 * much as several waits without. For one thread.
 */
final class LinuxAlarm {
  private static final int CLOCK_MONOTONIC = 1;
  private static final int CLOEXEC = 0x80000;
  private static final int NONBLOCK = 0x800;

  /**
   * {@code struct itimerspec}: a period, which stays zero, and the first time, each in seconds and
   * nanoseconds.
   */
  private static final int SPEC_OCTETS = 32;

  private static final int NANOS_AT = 24;

  private static final class Calls {
    static final MethodHandle CREATE = LinuxCalls.call("timerfd_create", INT, INT, INT);
    static final MethodHandle SET = LinuxCalls.call("timerfd_settime", INT, INT, INT, PTR, PTR);
  }

  private final int descriptor;
  private final MemorySegment spec;
  private final MemorySegment state;
  private boolean isSet;

  /**
   * Opens one, for as long as the JVM runs.
   *
   * @param nanos from setting it until it is reported, less than a second
   * @throws IOException there is no descriptor left for it
   */
  LinuxAlarm(long nanos) throws IOException {
    spec = Arena.ofAuto().allocate(SPEC_OCTETS, 8);
    spec.set(ValueLayout.JAVA_LONG, NANOS_AT, nanos);
    state = Arena.ofAuto().allocate(LinuxCalls.STATE_OCTETS, 4);
    descriptor = create();
    if (descriptor < 0) throw LinuxCalls.failure("timerfd_create", LinuxCalls.errno(state));
  }

  private int create() {
    try {
      return (int) Calls.CREATE.invokeExact(state, CLOCK_MONOTONIC, CLOEXEC | NONBLOCK);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall itself throws nothing
    }
  }

  int descriptor() {
    return descriptor;
  }

  /** Its time runs from now on, unless it does already. */
  void set() throws IOException {
    if (isSet) return;
    if (start() < 0) throw LinuxCalls.failure("timerfd_settime", LinuxCalls.errno(state));
    isSet = true;
  }

  private int start() {
    try {
      return (int) Calls.SET.invokeExact(state, descriptor, 0, spec, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** It was reported. */
  void rang() {
    isSet = false;
  }
}
