package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds who poisoned a piece: keeps sender and digest of every block of a piece that failed, and
 * when the piece passes later, blames whoever sent a block that now reads otherwise. A piece that
 * came from one peer alone convicts it at once. Not safe for concurrent use.
 */
public final class SmartBan {
  private final int most;
  private final Map<Integer, List<Evidence>> failed = new HashMap<>();

  /** One block of a piece. */
  private record Evidence(int block, PeerKey sender, long digest) {}

  /**
   * @param most blocks remembered over all pieces; 65 536 are 4 MB and cover a gigabyte of
   *     suspicion
   */
  public SmartBan(int most) {
    this.most = most;
  }

  /** Whether the piece failed before: only then its digests are needed when it passes. */
  public boolean suspects(int piece) {
    return failed.containsKey(piece);
  }

  /**
   * The piece failed its hash.
   *
   * @param piece which
   * @param senders of its blocks, in order
   * @param digests of its blocks, in order; any 64 bits of a hash that a peer cannot forge at will
   * @return whom to ban now: the only sender, if there was only one
   */
  public Set<PeerKey> failed(int piece, List<PeerKey> senders, long[] digests) {
    if (senders.isEmpty() || senders.size() != digests.length) {
      return Set.of();
    }
    if (senders.stream().distinct().count() == 1) {
      return Set.of(senders.getFirst());
    }
    List<Evidence> evidence = failed.computeIfAbsent(piece, _ -> new ArrayList<>());
    int room = most - failed.values().stream().mapToInt(List::size).sum();
    for (int i = 0; i < digests.length && i < room; i++) {
      evidence.add(new Evidence(i, senders.get(i), digests[i]));
    }
    return Set.of();
  }

  /**
   * The piece passed its hash.
   *
   * @param piece which
   * @param digests of its blocks, in order
   * @return who had sent a block that differed
   */
  public Set<PeerKey> passed(int piece, long[] digests) {
    List<Evidence> evidence = failed.remove(piece);
    if (evidence == null) {
      return Set.of();
    }
    Set<PeerKey> guilty = new LinkedHashSet<>();
    for (Evidence e : evidence) {
      if (e.block < digests.length && e.digest != digests[e.block]) {
        guilty.add(e.sender);
      }
    }
    return guilty;
  }
}
