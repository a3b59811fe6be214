package io.l7.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PauseTest {
  private static final Duration TIME = Duration.ofMillis(50);

  @AfterEach
  void forgetInterrupts() {
    boolean _ = Thread.interrupted();
  }

  @Test
  void whoeverIsWokenForSomethingElsePausesOn() {
    long began = System.nanoTime();
    LockSupport.unpark(Thread.currentThread());
    Pause.of(TIME);
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TIME.toNanos());
  }

  @Test
  void anInterruptEndsItAndStays() {
    Thread.currentThread().interrupt();
    Pause.of(Duration.ofDays(1));
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
