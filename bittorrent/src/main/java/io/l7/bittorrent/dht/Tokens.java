package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.hash.SipHash;
import io.l7.common.net.AddressBits;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Tokens that need no memory (BEP 5): a keyed hash of the address under a secret that changes every
 * five minutes. That of the last secret is good too, so one holds from five to ten minutes. Pure;
 * not safe for concurrent use.
 */
final class Tokens {
  private final long life;
  private final RandomGenerator random;
  private Secret current;
  private Secret last;
  private long changed;

  private record Secret(long key0, long key1) {
    static Secret draw(RandomGenerator random) {
      return new Secret(random.nextLong(), random.nextLong());
    }

    long of(InetAddress address) {
      return SipHash.of(key0, key1, AddressBits.upper(address), AddressBits.lower(address), 0);
    }
  }

  Tokens(Duration life, RandomGenerator random, long now) {
    this.life = life.toNanos();
    this.random = random;
    this.current = Secret.draw(random);
    this.last = Secret.draw(random);
    this.changed = now;
  }

  /** A token for an address. */
  BString issue(InetAddress address, long now) {
    turn(now);
    return BString.of(ByteBuffer.allocate(Long.BYTES).putLong(current.of(address)).array());
  }

  /** Whether this address was given the token, a short while ago. */
  boolean isGood(BString token, InetAddress address, long now) {
    turn(now);
    if (token.length() != Long.BYTES) {
      return false;
    }
    long said = ByteBuffer.wrap(token.bytes()).getLong();
    return said == current.of(address) || said == last.of(address);
  }

  private void turn(long now) {
    if (now - changed >= life) {
      // After a long silence the last secret is too old as well.
      last = now - changed >= 2 * life ? Secret.draw(random) : current;
      current = Secret.draw(random);
      changed = now;
    }
  }
}
