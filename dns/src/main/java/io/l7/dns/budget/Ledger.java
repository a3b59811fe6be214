package io.l7.dns.budget;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all questions of an engine have spent together, and how often a limit ended one. Safe for
 * all threads.
 */
public final class Ledger {
  /** What a question spends. */
  public enum Resource {
    PACKETS("packets"),
    MILLISECONDS("milliseconds"),
    SIGNATURES("signatures"),
    HASHES("NSEC3 hashes"),
    TARGETS("name server lookups"),
    /** A place among the questions at work, of which there are so many at the same time. */
    PLACES("questions at the same time");

    private final String words;

    Resource(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private final Map<Resource, LongAdder> spent = new EnumMap<>(Resource.class);
  private final Map<Resource, LongAdder> exhausted = new EnumMap<>(Resource.class);

  public Ledger() {
    for (Resource resource : Resource.values()) {
      spent.put(resource, new LongAdder());
      exhausted.put(resource, new LongAdder());
    }
  }

  void spend(Resource resource, long amount) {
    Objects.requireNonNull(spent.get(resource)).add(amount);
  }

  void exhaust(Resource resource) {
    Objects.requireNonNull(exhausted.get(resource)).increment();
  }

  /** How much of it all questions have spent. */
  public long spent(Resource resource) {
    return Objects.requireNonNull(spent.get(resource)).sum();
  }

  /** How often a question wanted more of it than it may have. */
  public long exhausted(Resource resource) {
    return Objects.requireNonNull(exhausted.get(resource)).sum();
  }
}
