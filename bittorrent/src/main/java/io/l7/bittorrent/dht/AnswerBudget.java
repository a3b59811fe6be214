package io.l7.bittorrent.dht;

import io.l7.common.limits.TokenBucket;
import io.l7.common.net.Cidr;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;

/**
 * How much is answered: so many queries of one source a second, and so many bytes to all. What is
 * over it is met with silence. Not safe for concurrent use.
 */
final class AnswerBudget {
  /** Seconds of answers that may come at once. */
  private static final int BURST = 4;

  private final DhtLimits limits;
  private final LongSupplier nanos;
  private final TokenBucket bytes;
  private final LinkedHashMap<Cidr, TokenBucket> sources = new LinkedHashMap<>();

  AnswerBudget(DhtLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    this.bytes = new TokenBucket(limits.answerBytes(), limits.answerBytes(), nanos);
  }

  /** Whether one more query of this source is looked at. */
  boolean mayAsk(InetAddress source) {
    var client = Cidr.ofClient(source);
    var bucket = sources.get(client);
    if (bucket == null) {
      if (sources.size() >= limits.sources()) {
        sources.pollFirstEntry();
      }
      bucket = new TokenBucket(limits.answers(), (double) BURST * limits.answers(), nanos);
    }
    sources.putLast(client, bucket);
    return bucket.tryTake(1);
  }

  /** Whether an answer of so many bytes may go out. */
  boolean maySend(int length) {
    return bytes.tryTake(length);
  }
}
