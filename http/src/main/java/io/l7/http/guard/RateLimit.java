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
  /** Of each of the two generations. */
  private static final int MOST_ADDRESSES = 50_000;

  private final double perSecond;
  private final int burst;
  private final LongSupplier nanos;
  private final Handler inner;

  /**
   * Addresses seen lately, and those seen before them: when the first are many, they become the
   * second, which are forgotten. So the table is bounded and never searched, and who is forgotten
   * was not seen since as many others were.
   */
  private static final class Generations {
    private final ConcurrentHashMap<Cidr, TokenBucket> young = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Cidr, TokenBucket> old;

    private Generations(ConcurrentHashMap<Cidr, TokenBucket> old) {
      this.old = old;
    }
  }

  private volatile Generations generations = new Generations(new ConcurrentHashMap<>());

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
    Generations now = generations;
    TokenBucket known = now.young.get(client);
    if (known != null) {
      return known;
    }
    if (now.young.mappingCount() >= MOST_ADDRESSES) {
      now = next(now);
    }
    TokenBucket before = now.old.get(client);
    return now.young.computeIfAbsent(
        client, _ -> before != null ? before : new TokenBucket(perSecond, burst, nanos));
  }

  private synchronized Generations next(Generations full) {
    if (generations.equals(full)) {
      generations = new Generations(full.young);
    }
    return generations;
  }

  /** Addresses that are remembered. */
  int remembered() {
    Generations now = generations;
    return now.young.size() + now.old.size();
  }
}
