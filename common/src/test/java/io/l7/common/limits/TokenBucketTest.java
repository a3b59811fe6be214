package io.l7.common.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  @Test
  void aBurstPassesAtOnceAndThenTheRateHolds() {
    var time = new VirtualTime();
    var bucket = new TokenBucket(10, 5, time::nanos);
    int passed = 0;
    for (int tenth = 0; tenth < 100; tenth++) {
      while (bucket.tryTake(1)) passed++;
      time.advance(Duration.ofMillis(100));
    }
    assertThat(passed).isEqualTo(5 + 99);
  }

  @Test
  void whatIsLargerThanTheBurstGoesIntoDebtAndKeepsTheMean() {
    var time = new VirtualTime();
    var bucket = new TokenBucket(1000, 100, time::nanos);
    assertThat(bucket.reserve(1100)).isEqualTo(1_000_000_000L);
    time.advance(Duration.ofSeconds(1));
    assertThat(bucket.available()).isZero();
    assertThat(bucket.tryTake(1)).isFalse();
  }
}
