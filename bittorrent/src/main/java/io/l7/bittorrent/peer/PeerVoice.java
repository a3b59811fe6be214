package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.Action;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.wire.Message;
import java.util.concurrent.atomic.AtomicInteger;

/** Says to one peer what the brain wants said. Called with the torrent's lock held. */
final class PeerVoice {
  private final Outbox outbox;
  private final Dialect dialect;
  private final AtomicInteger requestsOut = new AtomicInteger();

  /** What both ends speak. */
  enum Dialect {
    PLAIN,
    /** With the Fast extension (BEP 6). */
    FAST
  }

  PeerVoice(Outbox outbox, Dialect dialect) {
    this.outbox = outbox;
    this.dialect = dialect;
  }

  /** Requests that are on their way; set to 0 when they are void. */
  AtomicInteger requestsOut() {
    return requestsOut;
  }

  /** Says it; false when it is a block to serve, and enough of them wait already. */
  boolean say(Action.ToPeer action) {
    switch (action) {
      case Action.SendBitfield(var _, var pieces) -> introduce(pieces);
      case Action.SendHave(var _, int piece) -> outbox.add(new Message.Have(piece));
      case Action.SendChoke _ -> {
        var dropped = outbox.dropBlocks();
        outbox.add(new Message.Choke());
        // BEP 6: a choke does not reject by itself.
        dropped.forEach(this::reject);
      }
      case Action.SendUnchoke _ -> outbox.add(new Message.Unchoke());
      case Action.SendInterested _ -> outbox.add(new Message.Interested());
      case Action.SendNotInterested _ -> outbox.add(new Message.NotInterested());
      case Action.SendRequest(var _, var block) ->
          outbox.addRequest(Message.request(block), requestsOut.getAndIncrement());
      case Action.SendCancel(var _, var block) -> outbox.add(Message.cancel(block));
      case Action.Serve(var _, var block) -> {
        return outbox.serve(block);
      }
      case Action.Unserve(var _, var block) -> {
        if (outbox.unserve(block)) {
          reject(block); // BEP 6: a cancelled request is answered too
        }
      }
      case Action.SendReject(var _, var block) -> reject(block);
      case Action.Ban _ -> {} // whoever owns the connection closes it
    }
    return true;
  }

  private void reject(Block block) {
    if (dialect == Dialect.FAST) {
      outbox.add(new Message.RejectRequest(block.piece(), block.offset(), block.length()));
    }
  }

  private void introduce(Bitfield pieces) {
    if (dialect == Dialect.FAST && pieces.isFull()) {
      outbox.add(new Message.HaveAll());
    } else if (dialect == Dialect.FAST && pieces.isEmpty()) {
      outbox.add(new Message.HaveNone());
    } else if (!pieces.isEmpty()) {
      outbox.add(new Message.BitfieldMessage(pieces.toBytes()));
    }
  }
}
