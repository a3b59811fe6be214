package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlayoutBufferTest {
  @Test
  void playbackStartsWhenPictureAndSoundAreThere() {
    var buffer = new PlayoutBuffer(2, 20_000);
    buffer.arrived(0, 4000, 700);
    assertThat(buffer.startupMs()).isNegative();
    buffer.arrived(1, 4000, 900);
    assertThat(buffer.startupMs()).isEqualTo(900);
    buffer.advance(1900);
    assertThat(buffer.positionMs()).isEqualTo(1000);
    assertThat(buffer.levelMs()).isEqualTo(3000);
  }

  @Test
  void anEmptyBufferIsOneStallHoweverOftenItIsLookedAt() {
    var buffer = new PlayoutBuffer(1, 12_000);
    buffer.arrived(0, 4000, 0);
    buffer.advance(5000);
    buffer.advance(6000);
    assertThat(buffer.stalls()).isEqualTo(1);
    assertThat(buffer.stalledMs()).isEqualTo(2000);
    buffer.arrived(0, 8000, 6500);
    assertThat(buffer.stalledMs()).isEqualTo(2500);
    buffer.advance(12_000);
    assertThat(buffer.stalls()).isEqualTo(2);
  }

  @Test
  void theShorterTrackHoldsTheLongerOneUp() {
    var buffer = new PlayoutBuffer(2, 20_000);
    buffer.arrived(0, 12_000, 0);
    buffer.arrived(1, 4000, 0);
    buffer.advance(5000);
    assertThat(buffer.positionMs()).isEqualTo(4000);
    assertThat(buffer.stalls()).isEqualTo(1);
    assertThat(buffer.aheadMs(0)).isEqualTo(8000);
  }

  @Test
  void theEndOfTheFilmIsNoStall() {
    var buffer = new PlayoutBuffer(1, 4000);
    buffer.arrived(0, 4000, 0);
    buffer.advance(60_000);
    assertThat(buffer.stalls()).isZero();
    assertThat(buffer.positionMs()).isEqualTo(4000);
  }
}
