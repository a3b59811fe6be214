package io.l7.dns.policy;

import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The policies that are in force now. Zones are replaced one by one as newer versions of them come;
 * who answers takes {@link #current} once and stays with it. Safe for all threads.
 */
public final class Policies {
  private final List<Name> order;
  private final Signed signed;
  private final List<Consumer<Hit>> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> changes = new CopyOnWriteArrayList<>();
  private volatile PolicySet current = PolicySet.of(List.of());

  /** What becomes of signed answers to clients who ask for signatures. */
  public enum Signed {
    /** They go out as they are: who validates would take anything else for an attack. */
    LEFT_ALONE,
    /** They are rewritten like the others (BIND's break-dnssec). */
    REWRITTEN
  }

  /** That a rule was applied, or would have been if it were not disabled. */
  public record Hit(PolicyRule rule, Question question, InetAddress client) {}

  /**
   * Policies of which none is there yet.
   *
   * @param order of the zones, the first one counts most
   */
  public Policies(List<Name> order, Signed signed) {
    this.order = List.copyOf(order);
    this.signed = signed;
  }

  /** No policies. */
  public static Policies none() {
    return new Policies(List.of(), Signed.LEFT_ALONE);
  }

  public PolicySet current() {
    return current;
  }

  public Signed signed() {
    return signed;
  }

  /**
   * Puts a version of a zone in force.
   *
   * @throws IllegalArgumentException it is none of those in the order
   */
  public void put(PolicyZone zone) {
    if (!order.contains(zone.origin())) {
      throw new IllegalArgumentException(zone.origin() + " is no policy zone here");
    }
    synchronized (this) {
      current = current.with(zone, order);
    }
    changes.forEach(Runnable::run);
  }

  /** Has {@code listener} told after each change, on the thread that made it. */
  public void onChange(Runnable listener) {
    changes.add(listener);
  }

  /** Has {@code listener} told of each hit, on the thread that answers; it must not block. */
  public void onHit(Consumer<Hit> listener) {
    listeners.add(listener);
  }

  /** Tells of a hit. */
  public void hit(Hit hit) {
    listeners.forEach(listener -> listener.accept(hit));
  }
}
