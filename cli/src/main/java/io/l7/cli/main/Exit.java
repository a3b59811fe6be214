package io.l7.cli.main;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The end of the process. */
final class Exit {
  /**
   * Set by the launcher where nothing of the JVM's own, as a recording, wants a word at the end.
   */
  private static final String PROPERTY = "l7.exit";

  private Exit() {}

  /**
   * Ends with this status; whatever was to be stopped has been.
   *
   * <p>{@code at-once}: the JVM waits 300 ms for threads in system calls first, and the poller of
   * virtual threads always is in one: half the time that a command takes which asks one question.
   * So the system's own call is tried before. {@code halt}: the JVM looks in every jar for a logger
   * to tell of its end; a command that opened no connection leaves without, and need not make that
   * call either, which takes as long.
   */
  static void with(int status) {
    switch (System.getProperty(PROPERTY, "")) {
      case "at-once" -> atOnce(status);
      case "halt" -> Runtime.getRuntime().halt(status);
      default -> {}
    }
    System.exit(status);
  }

  private static void atOnce(int status) {
    try {
      var linker = Linker.nativeLinker();
      var address = linker.defaultLookup().find("_exit");
      if (address.isPresent()) {
        linker
            .downcallHandle(address.get(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
            .invokeExact(status);
      }
    } catch (Throwable e) {
      // not on this system
    }
  }
}
