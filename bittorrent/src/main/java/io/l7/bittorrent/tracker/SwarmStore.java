package io.l7.bittorrent.tracker;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * All swarms of a tracker, in sixteen parts with a lock each. A peer is an address and a port: the
 * same peer id from two addresses is two peers, unless one is of IPv4 and one of IPv6. Safe for all
 * threads; an announce allocates nothing once its swarm and its peer are known.
 */
final class SwarmStore {
  private static final int SHARDS = 16;
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final int EXPIRY_ROUND_TICKS = 15;

  private final TrackerLimits limits;
  private final LongSupplier nanos;
  private final long origin;
  private final int expiryTicks;
  private final SwarmShard[] shards = new SwarmShard[SHARDS];

  /** How an announce ended. */
  enum Outcome {
    ANSWERED,
    /** Answered, but not taken in: too many are there already under its address, or its /64. */
    CROWDED,
    /** The tracker knows as many peers or torrents as it may. */
    FULL
  }

  SwarmStore(TrackerLimits limits, LongSupplier nanos, RandomGenerator random) {
    this.limits = limits;
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
    this.expiryTicks = (int) (limits.expiry().toNanos() / TICK_NANOS);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new SwarmShard(random);
    }
  }

  private SwarmShard shard(long h0) {
    return shards[(int) (h0 >>> 60)];
  }

  /** The clock of the packed peers: 4 seconds a tick, 14 bits. */
  int now() {
    return (int) ((nanos.getAsLong() - origin) / TICK_NANOS) & PeerTable.TIME;
  }

  int expiryTicks() {
    return expiryTicks;
  }

  /**
   * Takes an announce and writes its answer: {@code count4} peers from {@code offset4} in {@code
   * peers4}, {@code count6} in {@code peers6}.
   */
  Outcome announce(AnnounceCall call) {
    int now = now();
    var shard = shard(call.hash0);
    synchronized (shard) {
      boolean stopped = call.event == AnnounceCall.Event.STOPPED;
      var swarm = shard.find(call.hash0, call.hash1, call.hash2);
      if (swarm == null && stopped) {
        empty(call, shard);
        return Outcome.ANSWERED;
      }
      if (swarm == null) {
        if (shard.size() >= limits.torrents() / SHARDS) {
          return Outcome.FULL;
        }
        swarm = shard.findOrMake(call.hash0, call.hash1, call.hash2);
      }
      // Counts must not name the dead for long: a look at all once a minute is a pass over an
      // array.
      if ((now - swarm.expiredAt & PeerTable.TIME) >= EXPIRY_ROUND_TICKS) {
        shard.expire(swarm, now, expiryTicks());
      }
      shard.count(swarm, -1);
      var outcome = Outcome.ANSWERED;
      if (stopped) {
        swarm.remove(call.words, call.addressHigh, call.addressLow, call.key48);
      } else {
        outcome = enter(call, swarm, shard, now);
      }
      shard.count(swarm, 1);
      if (outcome != Outcome.FULL) {
        answer(call, swarm, shard, now, stopped);
      }
      return outcome;
    }
  }

  private Outcome enter(AnnounceCall call, Swarm swarm, SwarmShard shard, int now) {
    int known = swarm.find(call.words, call.addressHigh, call.addressLow, call.key48);
    if (known < 0 && shard.addresses() >= limits.peers() / SHARDS) {
      return Outcome.FULL;
    }
    if (known < 0
        && swarm.isCrowded(call.words, call.addressHigh, call.key48, limits.perAddress())) {
      return Outcome.CROWDED;
    }
    boolean completedBefore = known >= 0 && (known & PeerTable.COMPLETED) != 0;
    boolean completed = call.event == AnnounceCall.Event.COMPLETED;
    if (completed && !completedBefore && !swarm.completed(call.client)) {
      swarm.downloaded++;
    }
    int meta =
        now
            | (call.seed ? PeerTable.SEED : 0)
            | (completed || completedBefore ? PeerTable.COMPLETED : 0);
    swarm.put(
        call.words, call.addressHigh, call.addressLow, call.key48, meta, call.client, shard.salt());
    return Outcome.ANSWERED;
  }

  private void empty(AnnounceCall call, SwarmShard shard) {
    call.complete = 0;
    call.incomplete = 0;
    call.count4 = 0;
    call.count6 = 0;
    call.interval = interval(shard);
  }

  private void answer(AnnounceCall call, Swarm swarm, SwarmShard shard, int now, boolean stopped) {
    call.complete = swarm.complete();
    call.incomplete = swarm.incomplete();
    call.interval = interval(shard);
    int wanted = stopped ? 0 : Math.min(call.wanted, limits.peersAtMost());
    int ticks = expiryTicks();
    call.exclusion.seeds = call.seed;
    int lot = shard.lot();
    call.count4 =
        swarm.ipv4.write(call.peers4, call.offset4, wanted, lot, call.exclusion, now, ticks);
    call.count6 =
        swarm.ipv6 == null || call.peers6.length == 0
            ? 0
            : swarm.ipv6.write(call.peers6, 0, wanted, lot, call.exclusion, now, ticks);
  }

  /** The interval and up to a tenth more or less. */
  private int interval(SwarmShard shard) {
    int seconds = (int) limits.interval().toSeconds();
    int spread = seconds / 10;
    return spread == 0
        ? seconds
        : seconds - spread + Integer.remainderUnsigned(shard.lot(), 2 * spread + 1);
  }

  /** What a scrape tells of one torrent (BEP 48). */
  interface ScrapeSink {
    void figures(int complete, int downloaded, int incomplete);
  }

  void scrape(long h0, long h1, int h2, ScrapeSink sink) {
    var shard = shard(h0);
    synchronized (shard) {
      var swarm = shard.find(h0, h1, h2);
      if (swarm == null) {
        sink.figures(0, 0, 0);
      } else {
        sink.figures(swarm.complete(), swarm.downloaded, swarm.incomplete());
      }
    }
  }

  /** Drops peers that have been silent for too long. */
  void expire() {
    int now = now();
    int ticks = expiryTicks();
    int most = limits.torrents() / SHARDS / 4 * 3;
    for (var shard : shards) {
      synchronized (shard) {
        shard.expire(now, ticks, most);
      }
    }
  }

  int torrents() {
    int sum = 0;
    for (var shard : shards) {
      synchronized (shard) {
        sum += shard.size();
      }
    }
    return sum;
  }

  int peers() {
    int sum = 0;
    for (var shard : shards) {
      synchronized (shard) {
        sum += shard.peers();
      }
    }
    return sum;
  }

  int seeds() {
    int sum = 0;
    for (var shard : shards) {
      synchronized (shard) {
        sum += shard.seeds();
      }
    }
    return sum;
  }

  /** Between two parts of the store, when none is locked. */
  interface Interval {
    void partSeen() throws IOException;
  }

  /** Shows every swarm to a snapshot, one part locked at a time. */
  void each(SwarmShard.Visitor visitor, Interval interval) throws IOException {
    for (var shard : shards) {
      synchronized (shard) {
        shard.each(visitor);
      }
      interval.partSeen();
    }
  }

  /** Puts back a torrent of a snapshot; the peers are given to what is returned. */
  PeerTable.Visitor restore(long h0, long h1, int h2, int downloaded) {
    var shard = shard(h0);
    synchronized (shard) {
      var swarm = shard.findOrMake(h0, h1, h2);
      swarm.downloaded = downloaded;
      return (hi, lo, last, client) -> enter(shard, swarm, hi, lo, last, client);
    }
  }

  private static void enter(
      SwarmShard shard, Swarm swarm, long hi, long lo, long last, int client) {
    synchronized (shard) {
      int words = last >>> 32 == 0 ? PeerTable.IPV6_WORDS : PeerTable.IPV4_WORDS;
      shard.count(swarm, -1);
      swarm.put(words, hi, lo, last >>> 16, (int) (last & 0xffff), client, shard.salt());
      shard.count(swarm, 1);
    }
  }
}
