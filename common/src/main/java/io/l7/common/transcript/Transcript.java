package io.l7.common.transcript;

import java.util.List;

/**
 * A sink of events. Called by the threads that serve connections: must be quick and never throw.
 */
@FunctionalInterface
public interface Transcript {
  /** Takes one event. */
  void event(Event event);

  /** Whether events are wanted at all; false spares the making of them. */
  default boolean wanted() {
    return true;
  }

  /** The sink that wants nothing. */
  static Transcript none() {
    return Nothing.NOTHING;
  }

  /** A sink that passes each event to every one of {@code sinks}. */
  static Transcript of(Transcript... sinks) {
    var wanting = List.of(sinks).stream().filter(Transcript::wanted).toList();
    if (wanting.isEmpty()) return none();
    if (wanting.size() == 1) return wanting.getFirst();
    return event -> wanting.forEach(sink -> sink.event(event));
  }

  /** The one instance behind {@link #none()}. */
  enum Nothing implements Transcript {
    NOTHING;

    @Override
    public void event(Event event) {}

    @Override
    public boolean wanted() {
      return false;
    }
  }
}
