package io.l7.http.guard;

import io.l7.common.limits.TokenBucket;
import io.l7.common.net.Cidr;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Lets each client address ask so often and no more: a bucket of tokens an address, 429 with
 * Retry-After where it is empty (RFC 6585 §4). An IPv6 client is its /64.
 */
public final class RateLimit implements Handler {
  private static final int MOST_ADDRESSES = 100_000;

  private final double perSecond;
  private final int burst;
  private final LongSupplier nanos;
  private final Handler inner;
  private final ConcurrentHashMap<Cidr, TokenBucket> buckets = new ConcurrentHashMap<>();

  /**
   * Limits a handler.
   *
   * @param perSecond requests an address may ask for on average
   * @param burst requests at once
   * @param nanos a clock like {@link System#nanoTime}
   */
  public RateLimit(double perSecond, int burst, LongSupplier nanos, Handler inner) {
    if (!(perSecond > 0) || burst < 1) {
      throw new IllegalArgumentException("a rate is over 0 and a burst at least 1");
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.inner = inner;
  }

  @Override
  public Response handle(Request request) throws Exception {
    TokenBucket bucket = bucket(Cidr.ofClient(request.exchange().remote().getAddress()));
    if (bucket.tryTake(1)) {
      return inner.handle(request);
    }
    long seconds = (long) Math.ceil((1 - bucket.available()) / perSecond);
    return Response.error(Status.TOO_MANY_REQUESTS)
        .with(FieldNames.RETRY_AFTER, Long.toString(Math.max(1, seconds)));
  }

  private TokenBucket bucket(Cidr client) {
    if (buckets.size() > MOST_ADDRESSES) {
      // A full bucket is as good as none.
      buckets.values().removeIf(bucket -> bucket.available() >= burst);
    }
    return buckets.computeIfAbsent(client, _ -> new TokenBucket(perSecond, burst, nanos));
  }
}
