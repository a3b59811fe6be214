package io.l7.it;

import static java.util.Comparator.naturalOrder;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each test class of this module in which a virtual thread held its carrier for longer than
 * 20 ms; registered for all of them as a service (META-INF/services). Left out is what the JVM does
 * once in its life: threads that come to the same line at the same first moment wait for a class to
 * be loaded, linked or initialised, which on a busy machine takes long. So a line is at fault when
 * it pins again: what blocks by its nature does.
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
    var faults =
        watch.ended().stream()
            .collect(Collectors.groupingBy(PinningRecorder::line))
            .values()
            .stream()
            .filter(PinningRecorder::recurs)
            .flatMap(List::stream)
            .toList();
    watch = null;
    if (faults.isEmpty()) return;
    throw new AssertionError(
        "virtual threads pinned for more than "
            + LIMIT.toMillis()
            + " ms:\n"
            + faults.stream().map(PinningRecorder::told).collect(Collectors.joining("\n")));
  }

  private static String line(RecordedEvent event) {
    var trace = event.getStackTrace();
    if (trace == null || trace.getFrames().isEmpty()) return "";
    var top = trace.getFrames().getFirst();
    return top.getMethod().getType().getName() + ":" + top.getLineNumber();
  }

  /** Whether there are two that did not happen at the same time. */
  private static boolean recurs(List<RecordedEvent> events) {
    var firstEnd = events.stream().map(RecordedEvent::getEndTime).min(naturalOrder());
    var lastStart = events.stream().map(RecordedEvent::getStartTime).max(naturalOrder());
    return lastStart.orElseThrow().isAfter(firstEnd.orElseThrow());
  }

  private static String told(RecordedEvent event) {
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
                .limit(15)
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
