package io.l7.cli.main;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The end of the process. */
final class Exit {
  /**
   * Set by the launcher where nothing of the JVM's own, as a recording, wants a word at the end.
   */
  private static final String AT_ONCE = "l7.exit";

  private Exit() {}

  /**
   * Ends with this status; whatever was to be stopped has been. The JVM waits 300 ms for threads in
   * system calls first, and the poller of virtual threads always is in one: half the time that a
   * command takes which asks one question. So the system's own call is tried before.
   */
  static void with(int status) {
    if (System.getProperty(AT_ONCE) != null) {
      try {
        atOnce(status);
      } catch (Throwable e) {
        // not on this system
      }
    }
    System.exit(status);
  }

  private static void atOnce(int status) throws Throwable {
    var linker = Linker.nativeLinker();
    var address = linker.defaultLookup().find("_exit");
    if (address.isPresent()) {
      linker
          .downcallHandle(address.get(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(status);
    }
  }
}
