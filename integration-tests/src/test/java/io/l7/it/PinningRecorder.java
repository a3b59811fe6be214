package io.l7.it;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each test class of this module in which a virtual thread held its carrier for longer than
 * 20 ms; registered for all of them as a service (META-INF/services). Left out, and told on the
 * standard error stream, is what the JVM does once in its life: to load, link or initialise a
 * class. On a busy machine that takes long, and it happens below frames of the JVM, which pin.
 */
public final class PinningRecorder implements BeforeAllCallback, AfterAllCallback {
  private static final Duration LIMIT = Duration.ofMillis(20);

  private @Nullable Watch watch;
  private int depth;

  private record Watch(RecordingStream stream, List<RecordedEvent> pinned) {
    static Watch begun() {
      var stream = new RecordingStream();
      var pinned = new CopyOnWriteArrayList<RecordedEvent>();
      stream.enable("jdk.VirtualThreadPinned").withThreshold(LIMIT).withStackTrace();
      stream.onEvent("jdk.VirtualThreadPinned", pinned::add);
      stream.setReuse(false);
      stream.startAsync();
      return new Watch(stream, pinned);
    }

    /** Waits until everything that was recorded has been seen. */
    List<RecordedEvent> ended() {
      stream.stop();
      stream.close();
      return pinned;
    }
  }

  @Override
  public synchronized void beforeAll(ExtensionContext context) {
    if (depth++ == 0) watch = Watch.begun();
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    if (--depth > 0 || watch == null) return;
    var pinned =
        watch.ended().stream().collect(Collectors.partitioningBy(PinningRecorder::isClassWork));
    var faults = pinned.getOrDefault(false, List.of());
    pinned
        .getOrDefault(true, List.of())
        .forEach(event -> System.err.println("pinned by a class's first use: " + told(event, 1)));
    watch = null;
    if (faults.isEmpty()) return;
    throw new AssertionError(
        "virtual threads pinned for more than "
            + LIMIT.toMillis()
            + " ms:\n"
            + faults.stream().map(event -> told(event, 15)).collect(Collectors.joining("\n")));
  }

  private static boolean isClassWork(RecordedEvent event) {
    var reason = event.getString("pinnedReason");
    // The last is what the JVM says of a thread that waits for another to link a class.
    if (reason.startsWith("Waited for initialization")
        || reason.contains("<clinit>")
        || reason.startsWith("Freeze or preempt failed")) return true;
    var trace = event.getStackTrace();
    return trace != null
        && trace.getFrames().stream()
            .map(RecordedFrame::getMethod)
            .anyMatch(
                method ->
                    method.getName().equals("<clinit>")
                        || method.getType().getName().equals("java.lang.ClassLoader")
                        || method.getType().getName().startsWith("jdk.internal.loader.")
                        || method
                            .getType()
                            .getName()
                            .equals("java.lang.invoke.MethodHandleNatives"));
  }

  private static String told(RecordedEvent event, int frames) {
    RecordedThread thread = event.getThread();
    var trace = event.getStackTrace();
    return (thread == null ? "?" : thread.getJavaName())
        + ", "
        + event.getDuration().toMillis()
        + " ms, "
        + event.getString("pinnedReason")
        + (trace == null
            ? ""
            : trace.getFrames().stream()
                .limit(frames)
                .map(
                    frame ->
                        "\n    at "
                            + frame.getMethod().getType().getName()
                            + "."
                            + frame.getMethod().getName()
                            + ":"
                            + frame.getLineNumber())
                .collect(Collectors.joining()));
  }
}
