package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class in which a virtual thread held its carrier for longer than 20 ms. */
public final class PinningRecorder implements BeforeAllCallback, AfterAllCallback {
  private static final Duration LIMIT = Duration.ofMillis(20);

  private final List<RecordedEvent> pinned = new CopyOnWriteArrayList<>();
  private final RecordingStream stream = new RecordingStream();

  @Override
  public void beforeAll(ExtensionContext context) {
    stream.enable("jdk.VirtualThreadPinned").withThreshold(LIMIT).withStackTrace();
    stream.onEvent("jdk.VirtualThreadPinned", pinned::add);
    stream.setReuse(false);
    stream.startAsync();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stream.stop();
    stream.close();
    assertThat(pinned).as("virtual threads pinned for more than %d ms", LIMIT.toMillis()).isEmpty();
  }
}
