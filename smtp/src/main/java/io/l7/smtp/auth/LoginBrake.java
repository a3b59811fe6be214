package io.l7.smtp.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: after a few failures of one address or for one user, each further try is
 * refused until a pause is over that doubles with each failure. A success forgets the failures of
 * its address. Thread-safe, bounded in memory.
 */
public final class LoginBrake {
  /** Failures that cost nothing: people mistype. */
  static final int FREE = 5;

  /** The first pause. */
  static final Duration PAUSE = Duration.ofSeconds(2);

  /** The longest pause; also how long a failure is remembered. */
  static final Duration LONGEST = Duration.ofMinutes(15);

  private static final int MAX_KEYS = 10_000;

  private record Failures(int count, Instant last) {}

  private final InstantSource clock;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /** Reads the time from this clock. */
  public LoginBrake(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Whether a try under this key (an address or a user) has to be refused now without looking at
   * it.
   */
  public synchronized boolean refuses(String key) {
    var f = failures.get(key);
    return f != null && clock.instant().isBefore(f.last().plus(pause(f.count())));
  }

  /** Notes a failure under this key. */
  public synchronized void failed(String key) {
    var now = clock.instant();
    var f = failures.get(key);
    var old = f != null && f.last().plus(LONGEST).isAfter(now) ? f.count() : 0;
    failures.put(key, new Failures(old + 1, now));
  }

  /** Notes a success. */
  public synchronized void succeeded(String key) {
    failures.remove(key);
  }

  static Duration pause(int failures) {
    if (failures < FREE) {
      return Duration.ZERO;
    }
    var doubled = PAUSE.multipliedBy(1L << Math.min(failures - FREE, 20));
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }
}
