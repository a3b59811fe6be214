package io.l7.dash.play;

/** Sees a request run, on the thread of the request. */
interface Watcher {
  /** The header is here. */
  void answered(double nowMs);

  /** More bits; may be called often. */
  void received(double bits, double nowMs);

  /** Asked now and then: true leaves the request. */
  boolean leave(double totalBits, double receivedBits, double elapsedMs, double firstByteMs);

  /** Nothing to see. */
  Watcher NONE =
      new Watcher() {
        @Override
        public void answered(double nowMs) {}

        @Override
        public void received(double bits, double nowMs) {}

        @Override
        public boolean leave(
            double totalBits, double receivedBits, double elapsedMs, double firstByteMs) {
          return false;
        }
      };
}
