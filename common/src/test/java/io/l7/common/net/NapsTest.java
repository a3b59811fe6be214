package io.l7.common.net;

import static io.l7.common.net.Naps.MOST_NANOS;
import static io.l7.common.net.Naps.SHORT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the carrier itself may wait for sockets. */
class NapsTest {
  private final Naps naps = new Naps();

  @Test
  void theyBeginAfterShortWaitsInARow() {
    pass(Naps.IN_A_ROW - 1, SHORT_NANOS - 1);
    assertThat(naps.arePaying()).isFalse();
    pass(1, SHORT_NANOS - 1);
    assertThat(naps.arePaying()).isTrue();
  }

  @Test
  void oneLongerWaitBetweenThemBeginsTheRowAnew() {
    pass(Naps.IN_A_ROW - 1, SHORT_NANOS - 1);
    pass(1, SHORT_NANOS);
    pass(Naps.IN_A_ROW - 1, SHORT_NANOS - 1);
    assertThat(naps.arePaying()).isFalse();
  }

  @Test
  void theyGoOnUntilOneIsOverslept() {
    pass(Naps.IN_A_ROW, 0);
    naps.napped(MOST_NANOS - 1);
    assertThat(naps.arePaying()).isTrue();
    naps.napped(MOST_NANOS);
    assertThat(naps.arePaying()).isFalse();
  }

  @Test
  void whoWasInTheWayWaitsLongBeforeTheNextAndIsNotForgivenForALongWait() {
    pass(Naps.IN_A_ROW, 0);
    naps.wasInTheWay();
    pass(Naps.AFTER_HARM, 0);
    pass(1, SHORT_NANOS);
    assertThat(naps.arePaying()).isFalse();
    naps.wasInTheWay();
    pass(Naps.AFTER_HARM / 2, 0);
    pass(1, SHORT_NANOS);
    pass(Naps.AFTER_HARM / 2 + Naps.IN_A_ROW - 1, 0);
    assertThat(naps.arePaying()).isFalse();
    pass(1, 0);
    assertThat(naps.arePaying()).isTrue();
  }

  private void pass(int times, long nanos) {
    for (int i = 0; i < times; i++) naps.waited(nanos);
  }
}
