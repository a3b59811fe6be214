package io.l7.bittorrent.brain;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;

/** What the brain wants done; to be carried out in the order given. */
public sealed interface Action {
  /** An action that concerns one peer, most of them a message to it. */
  sealed interface ToPeer extends Action {
    /** The peer it concerns. */
    PeerKey peer();
  }

  /**
   * The first message after the handshake. For a peer with the Fast extension a full or empty field
   * is {@code have all} or {@code have none}; for others an empty one is not sent at all.
   */
  record SendBitfield(PeerKey peer, Bitfield pieces) implements ToPeer {}

  /** Announce one more piece. */
  record SendHave(PeerKey peer, int piece) implements ToPeer {}

  /** Choke it, and drop what is queued for it (with the Fast extension: reject each). */
  record SendChoke(PeerKey peer) implements ToPeer {}

  /** Unchoke it. */
  record SendUnchoke(PeerKey peer) implements ToPeer {}

  /** Tell it that we want something it has. */
  record SendInterested(PeerKey peer) implements ToPeer {}

  /** Tell it that we want nothing it has. */
  record SendNotInterested(PeerKey peer) implements ToPeer {}

  /** Ask it for a block. */
  record SendRequest(PeerKey peer, Block block) implements ToPeer {}

  /** Take a request back. */
  record SendCancel(PeerKey peer, Block block) implements ToPeer {}

  /** Queue a block for upload; report it with {@link PeerBrain#served} when it has left. */
  record Serve(PeerKey peer, Block block) implements ToPeer {}

  /** Take a block out of the upload queue, if it is still there: the peer cancelled it. */
  record Unserve(PeerKey peer, Block block) implements ToPeer {}

  /** Refuse a request; only for peers with the Fast extension. */
  record SendReject(PeerKey peer, Block block) implements ToPeer {}

  /** Close the connection and accept no other from that address. */
  record Ban(PeerKey peer, String why) implements ToPeer {}

  /**
   * All blocks of a piece are there: hash it and report {@link PeerBrain#verified} or {@link
   * PeerBrain#failed}.
   */
  record Verify(int piece) implements Action {}

  /** Every selected piece is verified: from here on we seed. */
  record Complete() implements Action {}
}
