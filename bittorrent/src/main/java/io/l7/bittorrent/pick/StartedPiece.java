package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of which at least one block was asked for: who was asked for what, who sent what. */
final class StartedPiece {
  final int piece;
  private final @Nullable PeerKey[] sender;
  private final List<PeerKey>[] asked;
  private int free;
  private int received;

  /** The only one whose blocks are wanted, so that it answers for all of them. */
  private @Nullable PeerKey source;

  StartedPiece(int piece, int blocks) {
    this.piece = piece;
    this.sender = new @Nullable PeerKey[blocks];
    @SuppressWarnings({"unchecked", "rawtypes"})
    List<PeerKey>[] lists = new List[blocks];
    Arrays.fill(lists, List.of());
    this.asked = lists;
    this.free = blocks;
  }

  int blocks() {
    return sender.length;
  }

  /** From here on nobody else is asked for a block of it. */
  void from(PeerKey only) {
    source = only;
  }

  boolean mayComeFrom(PeerKey peer) {
    return source == null || source.equals(peer);
  }

  /** Anybody may be asked again, if this was the only one. */
  void disown(PeerKey peer) {
    if (peer.equals(source)) {
      source = null;
    }
  }

  /** Blocks neither received nor asked of anybody. */
  int free() {
    return free;
  }

  int missing() {
    return sender.length - received;
  }

  boolean complete() {
    return received == sender.length;
  }

  boolean untouched() {
    return received == 0 && free == sender.length;
  }

  boolean isReceived(int block) {
    return sender[block] != null;
  }

  List<PeerKey> askedOf(int block) {
    return asked[block];
  }

  int nextFree(int from) {
    for (int i = from; i < sender.length; i++) {
      if (sender[i] == null && asked[i].isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  void ask(int block, PeerKey peer) {
    if (asked[block].isEmpty()) {
      free--;
      asked[block] = List.of(peer);
    } else {
      List<PeerKey> more = new ArrayList<>(asked[block]);
      more.add(peer);
      asked[block] = more;
    }
  }

  /** The peer will not send it, or is too slow to be waited for. */
  void unask(int block, PeerKey peer) {
    if (sender[block] != null || !asked[block].contains(peer)) {
      return;
    }
    List<PeerKey> less = new ArrayList<>(asked[block]);
    less.remove(peer);
    asked[block] = less;
    if (less.isEmpty()) {
      free++;
    }
  }

  /** Takes the block; returns whoever else was asked. */
  List<PeerKey> receive(int block, PeerKey from) {
    if (asked[block].isEmpty()) {
      free--;
    }
    received++;
    sender[block] = from;
    List<PeerKey> others = asked[block];
    asked[block] = List.of();
    if (others.isEmpty() || (others.size() == 1 && others.getFirst().equals(from))) {
      return List.of();
    }
    List<PeerKey> cancel = new ArrayList<>(others);
    cancel.remove(from);
    return cancel;
  }

  /** Who sent each block; only for a complete piece. */
  List<PeerKey> senders() {
    List<PeerKey> senders = new ArrayList<>(sender.length);
    for (PeerKey peer : sender) {
      if (peer != null) {
        senders.add(peer);
      }
    }
    return List.copyOf(senders);
  }
}
