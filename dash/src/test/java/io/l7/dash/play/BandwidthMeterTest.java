package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * A link of 3 Mbit/s seen through what has fooled other players: the estimate stays within 15 %.
 */
class BandwidthMeterTest {
  private static final double LINK = 3000;
  private static final Offset<Double> CLOSE = within(0.15 * LINK);
  private static final double PACKET = 12_000;

  private final BandwidthMeter meter = new BandwidthMeter();
  private double now;

  private void packets(int count) {
    for (int i = 0; i < count; i++) {
      now += PACKET / LINK;
      meter.received(PACKET, now);
    }
  }

  private void segment(int packets) {
    now += 40;
    meter.begin(now);
    packets(packets);
    meter.end();
  }

  private void estimateIsClose() {
    assertThat(meter.kbps().orElse(0)).isCloseTo(LINK, CLOSE);
  }

  @Test
  void plainSegments() {
    for (int i = 0; i < 5; i++) {
      segment(200);
    }
    estimateIsClose();
  }

  @Test
  void answersFromACacheBetweenThem() {
    segment(300);
    for (int i = 0; i < 20; i++) {
      if (i % 3 != 0) {
        meter.begin(now);
        now += 2;
        meter.received(300 * PACKET, now);
        meter.end();
      } else {
        segment(300);
      }
    }
    estimateIsClose();
  }

  @Test
  void tinySegmentsSayNothing() {
    segment(300);
    for (int i = 0; i < 50; i++) {
      now += 40;
      meter.begin(now);
      now += 25;
      meter.received(4_000, now);
      assertThat(meter.end()).isEmpty();
    }
    estimateIsClose();
  }

  @Test
  void aSenderThatPausesBetweenChunks() {
    for (int segment = 0; segment < 4; segment++) {
      now += 40;
      meter.begin(now);
      for (int chunk = 0; chunk < 8; chunk++) {
        packets(40);
        now += 340;
      }
      meter.end();
    }
    estimateIsClose();
  }

  @Test
  void soundBesidePictureOnTheSameLink() {
    for (int i = 0; i < 5; i++) {
      now += 40;
      meter.begin(now);
      meter.begin(now);
      meter.begin(now);
      packets(300);
      meter.end();
      packets(60);
      meter.end();
      packets(30);
      meter.end();
    }
    estimateIsClose();
  }

  @Test
  void aLinkThatReallyBecameFasterIsBelievedInTheEnd() {
    segment(300);
    for (int i = 0; i < 8; i++) {
      now += 10;
      meter.begin(now);
      now += 40;
      meter.received(2_000_000, now);
      meter.end();
    }
    assertThat(meter.kbps().orElse(0)).isGreaterThan(30_000);
  }
}
