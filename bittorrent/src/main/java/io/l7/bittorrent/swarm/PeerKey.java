package io.l7.bittorrent.swarm;

/**
 * One connection to a peer, as the policies know it.
 *
 * @param id unique within one torrent of one process; alone decides equality
 * @param label what a person reads in a log, such as {@code 127.0.0.1:6881}
 */
public record PeerKey(int id, String label) implements Comparable<PeerKey> {
  /** Who sent what was on disk already: no peer is to blame for it. */
  public static final PeerKey DISK = new PeerKey(-1, "disk");

  /** A key that is labelled by its number. */
  public static PeerKey of(int id) {
    return new PeerKey(id, "peer-" + id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerKey(int otherId, var _) && otherId == id;
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public int compareTo(PeerKey other) {
    return Integer.compare(id, other.id);
  }

  @Override
  public String toString() {
    return label;
  }
}
