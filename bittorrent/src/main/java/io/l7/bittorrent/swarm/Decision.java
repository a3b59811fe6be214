package io.l7.bittorrent.swarm;

import java.util.Locale;

/**
 * Something a policy decided about a peer, and the rule that fired.
 *
 * @param nanos when, on the clock of whoever drives the policy
 * @param peer about whom
 * @param topic which policy spoke
 * @param rule the rule by its name, stable, such as {@code fastest}
 * @param detail the figures behind it, for people
 */
public record Decision(long nanos, PeerKey peer, Topic topic, String rule, String detail) {
  /** Which policy spoke. */
  public enum Topic {
    /** The choker opened or closed a slot. */
    CHOKE,
    /** We became interested or lost interest. */
    INTEREST,
    /** The picker began a piece. */
    PICK,
    /** The depth of the request queue, a snub, a time-out. */
    PACE,
    /** A seed showed a piece. */
    REVEAL,
    /** A peer was banned. */
    BAN
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f %s", nanos / 1e9, text());
  }

  /** All but the time. */
  public String text() {
    return peer + " " + topic.name().toLowerCase(Locale.ROOT) + ": " + rule + " (" + detail + ")";
  }
}
