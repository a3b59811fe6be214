package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import java.util.Optional;
import java.util.Set;

/** What a query asks for (BEP 5). */
public sealed interface Call {
  /** Its name on the wire. */
  String method();

  /** Are you there? */
  record Ping() implements Call {
    @Override
    public String method() {
      return "ping";
    }
  }

  /**
   * Which nodes are nearest to a place?
   *
   * @param target the place
   * @param want the families of nodes that are wanted; that of the query when empty (BEP 32)
   */
  record FindNode(NodeId target, Set<Family> want) implements Call {
    public FindNode {
      want = Set.copyOf(want);
    }

    @Override
    public String method() {
      return "find_node";
    }
  }

  /**
   * Who has a torrent, and which nodes are nearest to it?
   *
   * @param infoHash of the torrent
   * @param want the families of nodes that are wanted; that of the query when empty (BEP 32)
   */
  record GetPeers(InfoHash infoHash, Set<Family> want) implements Call {
    public GetPeers {
      want = Set.copyOf(want);
    }

    @Override
    public String method() {
      return "get_peers";
    }
  }

  /**
   * We have a torrent.
   *
   * @param infoHash of the torrent
   * @param port where peers find us; empty when it is the query's own (implied_port)
   * @param token what the last get_peers to this node gave
   */
  record AnnouncePeer(InfoHash infoHash, Optional<Integer> port, BString token) implements Call {
    @Override
    public String method() {
      return "announce_peer";
    }
  }
}
