package io.l7.smtp.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: after a few failures under one key (an address, a user), each further try is
 * refused until a pause is over that doubles with each failure. A success forgets the failures.
 * Thread-safe, bounded in memory.
 */
public final class LoginBrake {
  /**
   * How hard a brake is.
   *
   * @param free failures that cost nothing: people mistype
   * @param pause the first pause
   * @param longest the longest pause
   * @param memory how long a failure is remembered, longer than the longest pause
   */
  public record Strength(int free, Duration pause, Duration longest, Duration memory) {
    /** For one address: five tries, then 2 s doubling to 15 min. */
    public static final Strength ADDRESS =
        new Strength(5, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(1));

    /**
     * For one user from wherever: ten tries, then 2 s doubling to 1 min. Milder, because anyone can
     * make it bite a user who did nothing wrong; a guesser still gets 1,440 tries a day at most.
     */
    public static final Strength USER =
        new Strength(10, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(15));
  }

  private static final int MAX_KEYS = 10_000;

  private record Failures(int count, Instant last) {}

  private final InstantSource clock;
  private final Strength strength;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /** Reads the time from this clock. */
  public LoginBrake(InstantSource clock, Strength strength) {
    this.clock = clock;
    this.strength = strength;
  }

  /**
   * Whether a try under this key (an address or a user) has to be refused now without looking at
   * it.
   */
  public synchronized boolean refuses(String key) {
    var now = clock.instant();
    var f = failures.get(key);
    if (f != null && f.last().isAfter(now)) {
      // The clock was set back: counted from here on, or the pause would last as long as that jump.
      f = new Failures(f.count(), now);
      failures.put(key, f);
    }
    return f != null && now.isBefore(f.last().plus(pause(f.count())));
  }

  /** Notes a failure under this key. */
  public synchronized void failed(String key) {
    var now = clock.instant();
    var f = failures.get(key);
    var old = f != null && f.last().plus(strength.memory()).isAfter(now) ? f.count() : 0;
    failures.put(key, new Failures(old + 1, now));
  }

  /** Notes a success. */
  public synchronized void succeeded(String key) {
    failures.remove(key);
  }

  private Duration pause(int failures) {
    if (failures < strength.free()) {
      return Duration.ZERO;
    }
    var doubled = strength.pause().multipliedBy(1L << Math.min(failures - strength.free(), 20));
    return doubled.compareTo(strength.longest()) > 0 ? strength.longest() : doubled;
  }
}
