package io.l7.dns.zone;

import io.l7.dns.message.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A zone as it is served now: readers take the current version and never wait, one writer at a time
 * publishes the next. The latest differences are kept for IXFR.
 */
public final class LiveZone {
  /** Records of differences kept at most: as much memory as a zone of that size. */
  private static final int HISTORY_RECORDS = 200_000;

  private volatile Version current;
  private final Deque<ZoneDelta> history = new ArrayDeque<>();
  private int historyRecords;
  private final List<Consumer<Zone>> listeners = new CopyOnWriteArrayList<>();

  /** A version and its number; numbers rise with every change and are never used twice. */
  public record Version(Zone zone, long number) {}

  public LiveZone(Zone zone) {
    this.current = new Version(zone, 1);
  }

  public Zone zone() {
    return current.zone;
  }

  public Name origin() {
    return current.zone.origin();
  }

  public Version version() {
    return current;
  }

  /** Has {@code listener} told of every version published from now on, on the writer's thread. */
  public void onPublish(Consumer<Zone> listener) {
    listeners.add(listener);
  }

  /** Serves a version that no difference leads to, as after a reload; IXFR starts anew. */
  public void publish(Zone zone) {
    synchronized (this) {
      history.clear();
      historyRecords = 0;
      current = new Version(zone, current.number + 1);
    }
    listeners.forEach(listener -> listener.accept(zone));
  }

  /** Serves a version together with the differences that lead to it, oldest first. */
  public void publish(Zone zone, List<ZoneDelta> deltas) {
    synchronized (this) {
      deltas.forEach(this::remember);
      current = new Version(zone, current.number + 1);
    }
    listeners.forEach(listener -> listener.accept(zone));
  }

  private void remember(ZoneDelta delta) {
    if (!history.isEmpty() && history.getLast().to() != delta.from()) {
      history.clear();
      historyRecords = 0;
    }
    history.addLast(delta);
    historyRecords += delta.size();
    while (historyRecords > HISTORY_RECORDS) {
      historyRecords -= history.removeFirst().size();
    }
  }

  /**
   * The differences from a serial to the current version, oldest first; none when it is current.
   *
   * @return empty when the history does not reach back that far
   */
  public synchronized Optional<List<ZoneDelta>> since(long serial) {
    if (serial == current.zone.serial()) {
      return Optional.of(List.of());
    }
    var deltas = new ArrayList<ZoneDelta>();
    for (ZoneDelta delta : history) {
      if (!deltas.isEmpty() || delta.from() == serial) {
        deltas.add(delta);
      }
    }
    return deltas.isEmpty() ? Optional.empty() : Optional.of(deltas);
  }
}
