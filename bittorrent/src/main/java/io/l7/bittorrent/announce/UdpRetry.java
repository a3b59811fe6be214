package io.l7.bittorrent.announce;

import java.time.Duration;

/** When an unanswered request over UDP is sent again (BEP 15), and by which clock. */
public interface UdpRetry {
  /** BEP 15: 15 x 2^n seconds, n from 0 to 8. */
  UdpRetry BEP15 =
      new UdpRetry() {
        @Override
        public Duration timeout(int n) {
          return Duration.ofSeconds(15L << n);
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  /** One try and no more: for a tracker among others, which must not wait for it. */
  UdpRetry ONCE =
      new UdpRetry() {
        @Override
        public Duration timeout(int n) {
          return BEP15.timeout(0);
        }

        @Override
        public int tries() {
          return 0;
        }

        @Override
        public long nanos() {
          return BEP15.nanos();
        }
      };

  /** How long the n-th try waits, from 0. */
  Duration timeout(int n);

  /** The last n. */
  default int tries() {
    return 8;
  }

  /** Nanoseconds of a clock that never goes back. */
  long nanos();
}
