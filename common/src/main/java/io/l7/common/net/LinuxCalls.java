package io.l7.common.net;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;

/** How Linux' own calls are made, and what they answer when they fail. */
final class LinuxCalls {
  static final int EINTR = 4;
  static final int EAGAIN = 11;

  /** Octets of the memory for an error number: a C {@code int}. */
  static final int STATE_OCTETS = 4;

  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout PTR = ValueLayout.ADDRESS;

  private static final Map<Integer, String> ERRORS =
      Map.ofEntries(
          Map.entry(13, "Permission denied"),
          Map.entry(22, "Invalid argument"),
          Map.entry(24, "Too many open files"),
          Map.entry(32, "Broken pipe"),
          Map.entry(90, "Message too long"),
          Map.entry(98, "Address already in use"),
          Map.entry(99, "Cannot assign requested address"),
          Map.entry(101, "Network is unreachable"),
          Map.entry(104, "Connection reset"),
          Map.entry(105, "No buffer space available"),
          Map.entry(110, "Connection timed out"),
          Map.entry(113, "No route to host"));

  private LinuxCalls() {}

  /** Whether this is a 64-bit Linux whose calls may be used: native access was enabled. */
  static boolean areAllowed() {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return System.getProperty("os.name", "").equals("Linux")
        && (machine.equals("amd64") || machine.equals("aarch64"))
        && LinuxCalls.class.getModule().isNativeAccessEnabled();
  }

  /** A call that takes memory for the number of its error before its own arguments. */
  static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return Linking.call(name, FunctionDescriptor.of(result, arguments), Linking.ERRNO);
  }

  /**
   * A call that never waits, made without leaving Java, so that it may be given arrays of the heap:
   * no collection begins before it returns.
   */
  static MethodHandle brief(String name, MemoryLayout result, MemoryLayout... arguments) {
    return Linking.call(
        name,
        FunctionDescriptor.of(result, arguments),
        Linking.ERRNO,
        Linker.Option.critical(true));
  }

  static int errno(MemorySegment state) {
    return state.get(ValueLayout.JAVA_INT, 0);
  }

  static String describe(int errno) {
    return ERRORS.getOrDefault(errno, "error " + errno);
  }

  static IOException failure(String call, int errno) {
    return new SocketException(call + ": " + describe(errno));
  }

  /** Made with the first call: it takes longer than all that many a program asks of a network. */
  private static final class Linking {
    static final Linker LINKER = Linker.nativeLinker();
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    static MethodHandle call(String name, FunctionDescriptor shape, Linker.Option... options) {
      var symbol = LINKER.defaultLookup().find(name).orElseThrow();
      return LINKER.downcallHandle(symbol, shape, options);
    }
  }
}
