package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a node says to queries (BEP 5). An address that has not proven to be its sender's gets four
 * bytes for one at most: nodes, and of peers what fits. Pure; not safe for concurrent use.
 */
final class Responder {
  /** Bytes of a response that are always there: keys, id, transaction, version, the address. */
  private static final int FRAME = 130;

  /** Bytes around a peer: its length, written out. */
  private static final int PEER_PREFIX = 3;

  private final DhtLimits limits;
  private final Tokens tokens;
  private final PeerStore store;
  private final RandomGenerator random;

  /** The nodes a node knows, its own and those of its sibling of the other family. */
  @FunctionalInterface
  interface Known {
    /** The good ones nearest to a place; none where there is no such table. */
    List<NodeContact> closest(Family family, NodeId target);
  }

  /**
   * Who asks, and what may be said to him.
   *
   * @param from the address
   * @param bytes of the query
   * @param proven whether the address has answered a query of ours
   */
  record Asker(InetSocketAddress from, int bytes, boolean proven) {
    InetAddress host() {
      return from.getAddress();
    }
  }

  Responder(DhtLimits limits, Tokens tokens, PeerStore store, RandomGenerator random) {
    this.limits = limits;
    this.tokens = tokens;
    this.store = store;
    this.random = random;
  }

  Krpc answer(NodeId own, Krpc.Query query, Asker asker, Known known, long now) {
    return switch (query.call()) {
      case Call.Ping() -> new Draft(own, query, asker, known).response();
      case Call.FindNode(var target, var want) -> {
        var draft = new Draft(own, query, asker, known);
        draft.nodes(target, want);
        yield draft.response();
      }
      case Call.GetPeers(var infoHash, var want) -> {
        var draft = new Draft(own, query, asker, known);
        draft.token = Optional.of(tokens.issue(asker.host(), now));
        draft.peers(infoHash, now);
        draft.nodes(NodeId.of(infoHash), want);
        yield draft.response();
      }
      case Call.AnnouncePeer announce -> announce(own, query, announce, asker, known, now);
    };
  }

  private Krpc announce(
      NodeId own,
      Krpc.Query query,
      Call.AnnouncePeer announce,
      Asker asker,
      Known known,
      long now) {
    if (!tokens.isGood(announce.token(), asker.host(), now)) {
      return new Krpc.Failure(query.transaction(), Krpc.Failure.PROTOCOL, "bad token");
    }
    int port = announce.port().orElse(asker.from().getPort());
    if (port < limits.lowestPort()) {
      return new Krpc.Failure(
          query.transaction(), Krpc.Failure.PROTOCOL, "no peer below port " + limits.lowestPort());
    }
    if (!store.add(announce.infoHash(), new InetSocketAddress(asker.host(), port), now)) {
      return new Krpc.Failure(
          query.transaction(), Krpc.Failure.SERVER, "too many announces from your address");
    }
    return new Draft(own, query, asker, known).response();
  }

  /** A response that grows as long as there is room. */
  private final class Draft {
    private final NodeId own;
    private final Krpc.Query query;
    private final Asker asker;
    private final Known known;
    private List<NodeContact> nodes = List.of();
    private List<NodeContact> nodes6 = List.of();
    private List<InetSocketAddress> peers = List.of();
    private Optional<BString> token = Optional.empty();
    private int room;

    Draft(NodeId own, Krpc.Query query, Asker asker, Known known) {
      this.own = own;
      this.query = query;
      this.asker = asker;
      this.known = known;
      int bytes =
          asker.proven()
              ? limits.packet()
              : Math.min(limits.packet(), asker.bytes() * limits.amplification());
      this.room = bytes - FRAME - query.transaction().length();
    }

    /** The families asked for; that of the query comes first, should there not be room for both. */
    void nodes(NodeId target, Set<Family> want) {
      var home = Family.of(asker.host());
      var families = want.isEmpty() ? EnumSet.of(home) : EnumSet.copyOf(want);
      if (families.remove(home)) {
        nodes(target, home);
      }
      families.forEach(family -> nodes(target, family));
    }

    private void nodes(NodeId target, Family family) {
      var fit = new ArrayList<NodeContact>();
      for (var node : known.closest(family, target)) {
        if (room >= family.nodeBytes()
            && !node.address().equals(asker.from())
            && Locality.mayName(asker.host(), node.address())) {
          fit.add(node);
          room -= family.nodeBytes();
        }
      }
      if (family == Family.IPV4) {
        nodes = fit;
      } else {
        nodes6 = fit;
      }
    }

    void peers(InfoHash infoHash, long now) {
      // BEP 32: peers of the family that asks. Half of the room is for nodes, or who looks for more
      // would not get on.
      int each = Family.of(asker.host()).peerBytes() + PEER_PREFIX;
      peers =
          store.some(infoHash, room / 2 / each, now, random).stream()
              .filter(peer -> Locality.mayName(asker.host(), peer))
              .toList();
      room -= peers.size() * each;
    }

    Krpc.Response response() {
      return new Krpc.Response(
          query.transaction(), own, nodes, nodes6, peers, token, Optional.of(asker.from()));
    }
  }
}
