package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TellingsTest {
  private final Tellings tellings = new Tellings();
  private final List<Integer> told = Collections.synchronizedList(new ArrayList<>());

  @Test
  void whatIsAddedWhileAnotherIsToldIsToldBehindIt() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    tellings.add(
        () -> {
          begun.countDown();
          await(go);
          told.add(1);
        });
    var slow = Thread.ofVirtual().start(tellings::tell);
    await(begun);
    tellings.add(() -> told.add(2));
    tellings.tell(); // returns: the other thread is at it
    assertThat(told).isEmpty();
    go.countDown();
    slow.join();
    assertThat(told).containsExactly(1, 2);
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromHearing() {
    tellings.add(
        () -> {
          throw new IllegalStateException("a test's listener");
        });
    tellings.add(() -> tellings.add(() -> told.add(2)));
    tellings.add(() -> told.add(1));
    tellings.tell();
    assertThat(told).containsExactly(1, 2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
