package io.l7.dns.replay;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A scenario as written. */
record Scenario(
    Dialect dialect,
    List<String> config,
    Map<String, String> files,
    List<Range> ranges,
    List<Step> steps) {
  /** Whose rules of play hold. */
  enum Dialect {
    DECKARD,
    UNBOUND
  }

  /** Scripted servers, valid for a span of steps. */
  record Range(int from, int to, Set<InetAddress> addresses, List<Entry> entries) {
    boolean covers(int step, InetAddress server) {
      return from <= step && step <= to && (addresses.isEmpty() || addresses.contains(server));
    }
  }

  /** What happens in a step. */
  enum Kind {
    QUERY,
    CHECK_ANSWER,
    CHECK_OUT_QUERY,
    TIME_PASSES,
    REPLY,
    TIMEOUT,
    ERROR,
    TRAFFIC,
    NOTHING,
    INFRA_RTT
  }

  /**
   * A step.
   *
   * @param words what follows the kind
   */
  record Step(int number, Kind kind, List<String> words, Optional<Entry> entry) {}
}
