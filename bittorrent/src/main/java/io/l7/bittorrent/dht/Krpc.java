package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A message of the DHT: a query, its response, or an error (BEP 5, KRPC). */
public sealed interface Krpc {
  /** What a response has in common with its query; chosen by who asks. */
  BString transaction();

  /** Whether who asks can be asked in turn (BEP 43). */
  enum Standing {
    /** A node like others. */
    FULL,
    /** It answers nothing and wants to be in nobody's table. */
    READ_ONLY
  }

  /**
   * A query.
   *
   * @param transaction of it
   * @param id of who asks
   * @param call what it asks
   * @param standing of who asks
   */
  record Query(BString transaction, NodeId id, Call call, Standing standing) implements Krpc {}

  /**
   * A response; what was not asked for is empty.
   *
   * @param transaction of the query
   * @param id of who answers
   * @param nodes the nearest it knows of IPv4
   * @param nodes6 the nearest it knows of IPv6 (BEP 32)
   * @param peers of the torrent
   * @param token for an announce
   * @param seen where the query came from (BEP 42)
   */
  record Response(
      BString transaction,
      NodeId id,
      List<NodeContact> nodes,
      List<NodeContact> nodes6,
      List<InetSocketAddress> peers,
      Optional<BString> token,
      Optional<InetSocketAddress> seen)
      implements Krpc {
    public Response {
      nodes = List.copyOf(nodes);
      nodes6 = List.copyOf(nodes6);
      peers = List.copyOf(peers);
    }

    /** The nodes of one family. */
    List<NodeContact> nodes(Family family) {
      return family == Family.IPV4 ? nodes : nodes6;
    }
  }

  /**
   * An error.
   *
   * @param transaction of the query
   * @param code 201 to 204
   * @param text for people
   */
  record Failure(BString transaction, int code, String text) implements Krpc {
    /** Something else is wrong. */
    static final int GENERIC = 201;

    /** The node's own fault. */
    static final int SERVER = 202;

    /** A message that makes no sense, a bad argument, or a bad token. */
    static final int PROTOCOL = 203;

    /** A query of a kind that is not known. */
    static final int METHOD_UNKNOWN = 204;
  }
}
