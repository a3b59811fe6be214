package io.l7.common.transcript;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * The last events, in memory: for a dashboard, and for a test that wants to see what was said. Long
 * speeches are kept by their beginning.
 */
public final class Ring implements Transcript {
  /** Octets kept of one speech: more than any command or head has. */
  private static final int SPEECH = 64 * 1024;

  private final int events;
  private final long octets;
  private final ArrayDeque<Event> kept = new ArrayDeque<>();
  private long held;

  /**
   * An empty ring.
   *
   * @param events how many are kept at most
   * @param octets how many octets of speech are kept at most
   */
  public Ring(int events, long octets) {
    this.events = events;
    this.octets = octets;
  }

  /** A ring of 10,000 events and 16 MiB. */
  public Ring() {
    this(10_000, 16L << 20);
  }

  @Override
  public synchronized void event(Event event) {
    var trimmed = trimmed(event);
    kept.addLast(trimmed);
    held += size(trimmed);
    while (kept.size() > events || held > octets) held -= size(kept.removeFirst());
  }

  private static Event trimmed(Event event) {
    if (!(event instanceof Event.Spoke spoke) || spoke.octets().length <= SPEECH) return event;
    return new Event.Spoke(
        spoke.at(),
        spoke.connection(),
        spoke.by(),
        Arrays.copyOf(spoke.octets(), SPEECH),
        spoke.cover());
  }

  private static long size(Event event) {
    return event instanceof Event.Spoke spoke ? spoke.octets().length : 0;
  }

  /** What is kept, oldest first. */
  public synchronized List<Event> events() {
    return List.copyOf(kept);
  }

  /** What is kept of one connection, oldest first. */
  public synchronized List<Event> events(String connection) {
    return kept.stream().filter(event -> event.connection().equals(connection)).toList();
  }
}
