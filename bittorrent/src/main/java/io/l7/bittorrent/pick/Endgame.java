package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Every missing block is on its way and a peer has nothing to do: which blocks it should bring too.
 * The latest first, and only those which it brings so much sooner that the cancel reaches whoever
 * was asked before in time; any other would come twice.
 */
final class Endgame {
  private final PickLimits limits;

  Endgame(PickLimits limits) {
    this.limits = limits;
  }

  /** A block that is on its way, and how long a cancel can still spare its sender the trouble. */
  record Late(Block block, double seconds) {}

  /**
   * Blocks to ask of {@code peer}, the latest first.
   *
   * @param requests that are on their way
   * @param candidate whether a block is missing, and {@code peer} has it
   */
  List<Block> choose(
      PeerKey peer,
      int count,
      Requests requests,
      Copies copies,
      Predicate<Block> candidate,
      Expectation expected) {
    Set<Block> own = requests.of(peer);
    int most = Math.min(count, limits.endgameQueue() - own.size());
    if (most <= 0) {
      return List.of();
    }
    List<Late> late = new ArrayList<>();
    requests.each(
        (other, blocks) -> {
          int ahead = 0;
          for (Block block : blocks) {
            int asked = copies.askedOf(other, block);
            if (asked > 0
                && asked < limits.endgameCopies()
                && !own.contains(block)
                && candidate.test(block)) {
              late.add(new Late(block, expected.cancellable(other, ahead)));
            }
            ahead++;
          }
        });
    // Among equals from the back of a queue: its peer works from the front.
    late.sort(Comparator.comparingDouble(Late::seconds));
    List<Block> chosen = new ArrayList<>();
    for (Late each : late.reversed()) {
      int ahead = own.size() + chosen.size();
      if (chosen.size() == most || expected.arrival(peer, ahead) >= each.seconds()) {
        break;
      }
      chosen.add(each.block());
    }
    return chosen;
  }

  /** How often a block was asked for. */
  interface Copies {
    /** Of how many peers, if this one is among them; 0 otherwise. */
    int askedOf(PeerKey peer, Block block);
  }
}
