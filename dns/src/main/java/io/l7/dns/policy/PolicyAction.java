package io.l7.dns.policy;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a rule does to an answer (§3 of the draft). */
public sealed interface PolicyAction {
  /** The actions without data of their own. */
  enum Plain implements PolicyAction {
    /** The name does not exist. */
    NXDOMAIN,
    /** The name exists and has nothing of the type asked for. */
    NODATA,
    /** The answer goes out as it is, whatever other rules say. */
    PASSTHRU,
    /** No answer at all. */
    DROP,
    /** Over UDP the answer is truncated, so that who forges his address gets nothing. */
    TCP_ONLY,
    /** The rule is told of in log and counters, and the next one is looked for. */
    DISABLED
  }

  /** These records instead of the true ones; an alias in them may be a wildcard. */
  record LocalData(List<RRset> sets) implements PolicyAction {
    public LocalData {
      sets = List.copyOf(sets);
    }
  }

  /** A word for logs and counters: {@code nxdomain}, {@code local-data}. */
  default String word() {
    return switch (this) {
      case Plain plain -> plain.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case LocalData data -> "local-data";
    };
  }

  /**
   * Reads the action that records stand for; empty where it is one that only newer programs know,
   * which is no name to lead to (§3 of the draft keeps all of {@code rpz-} for such).
   *
   * @param subject what the rule is about, without the zone's name
   */
  static Optional<PolicyAction> of(Name subject, List<RRset> sets) {
    for (RRset set : sets) {
      if (set.type().equals(RRType.CNAME) && !set.rdata().isEmpty()) {
        return ofAlias(subject, set.rdata().getFirst().asName(), sets);
      }
    }
    return Optional.of(new LocalData(sets));
  }

  private static Optional<PolicyAction> ofAlias(Name subject, Name target, List<RRset> sets) {
    if (target.equals(subject)) {
      return Optional.of(Plain.PASSTHRU); // how it was written at first (§3.3)
    }
    String text = target.toString().toLowerCase(Locale.ROOT);
    return switch (text) {
      case "." -> Optional.of(Plain.NXDOMAIN);
      case "*." -> Optional.of(Plain.NODATA);
      case "rpz-passthru." -> Optional.of(Plain.PASSTHRU);
      case "rpz-drop." -> Optional.of(Plain.DROP);
      case "rpz-tcp-only." -> Optional.of(Plain.TCP_ONLY);
      default ->
          target.last(1).toString().toLowerCase(Locale.ROOT).startsWith("rpz-")
              ? Optional.empty()
              : Optional.of(new LocalData(sets));
    };
  }
}
