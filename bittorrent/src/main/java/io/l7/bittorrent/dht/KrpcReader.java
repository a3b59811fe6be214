package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeLimits;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.CompactPeers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads messages of the DHT. Keys that are not known are passed over. */
final class KrpcReader {
  /** Containers and items of the largest message that makes sense, and room for a few keys. */
  private static final BencodeLimits BENCODE = new BencodeLimits(6, 500);

  /** Bytes of a transaction that we send back. */
  private static final int TRANSACTION = 32;

  /** Bytes of a token, which we send back too; nodes in use have 4 to 20. */
  private static final int TOKEN = 128;

  /** Nodes taken of one list, twice what BEP 5 has. */
  private static final int NODES = 16;

  /** Peers taken of one answer. */
  private static final int PEERS = 200;

  private KrpcReader() {}

  static Krpc read(byte[] datagram) throws KrpcException {
    BDictionary root;
    try {
      if (!(BencodeReader.decode(datagram, BencodeReader.Mode.LENIENT, BENCODE)
          instanceof BDictionary dictionary)) {
        throw new KrpcException("not a dictionary");
      }
      root = dictionary;
    } catch (BencodeException e) {
      throw new KrpcException(String.valueOf(e.getMessage()));
    }
    var transaction =
        root.string("t")
            .filter(t -> t.length() <= TRANSACTION)
            .orElseThrow(() -> new KrpcException("no transaction"));
    return switch (root.text("y").orElse("")) {
      case "q" -> query(root, transaction);
      case "r" -> response(root, transaction);
      case "e" -> failure(root, transaction);
      default -> throw new KrpcException("neither query nor response nor error");
    };
  }

  private static Krpc.Query query(BDictionary root, BString transaction) throws KrpcException {
    var arguments =
        root.dictionary("a").orElseThrow(() -> wrong(transaction, "a query without arguments"));
    var id =
        arguments
            .string("id")
            .filter(i -> i.length() == NodeId.LENGTH)
            .orElseThrow(() -> wrong(transaction, "an id has 20 bytes"));
    var standing =
        root.integer("ro").orElse(0L) == 1 ? Krpc.Standing.READ_ONLY : Krpc.Standing.FULL;
    return new Krpc.Query(
        transaction, NodeId.of(id.bytes()), call(root, arguments, transaction), standing);
  }

  private static Call call(BDictionary root, BDictionary arguments, BString transaction)
      throws KrpcException {
    return switch (root.text("q").orElse("")) {
      case "ping" -> new Call.Ping();
      case "find_node" ->
          new Call.FindNode(NodeId.of(twenty(arguments, "target", transaction)), want(arguments));
      case "get_peers" ->
          new Call.GetPeers(
              InfoHash.of(twenty(arguments, "info_hash", transaction)), want(arguments));
      case "announce_peer" -> announce(arguments, transaction);
      default ->
          throw new KrpcException(
              new Krpc.Failure(transaction, Krpc.Failure.METHOD_UNKNOWN, "Method Unknown"));
    };
  }

  private static Call announce(BDictionary arguments, BString transaction) throws KrpcException {
    boolean implied = arguments.integer("implied_port").orElse(0L) != 0;
    var port = arguments.integer("port").filter(p -> p > 0 && p <= 0xffff).map(Long::intValue);
    if (!implied && port.isEmpty()) {
      throw wrong(transaction, "a port is from 1 to 65535");
    }
    return new Call.AnnouncePeer(
        InfoHash.of(twenty(arguments, "info_hash", transaction)),
        implied ? Optional.empty() : port,
        arguments.string("token").orElseThrow(() -> wrong(transaction, "no token")));
  }

  private static byte[] twenty(BDictionary arguments, String key, BString transaction)
      throws KrpcException {
    return arguments
        .string(key)
        .filter(v -> v.length() == NodeId.LENGTH)
        .map(BString::bytes)
        .orElseThrow(() -> wrong(transaction, key + " has 20 bytes"));
  }

  private static KrpcException wrong(BString transaction, String why) {
    return new KrpcException(new Krpc.Failure(transaction, Krpc.Failure.PROTOCOL, why));
  }

  private static Set<Family> want(BDictionary arguments) {
    var wanted = EnumSet.noneOf(Family.class);
    for (var one : arguments.list("want").orElse(List.of())) {
      for (var family : Family.values()) {
        if (one instanceof BString name && name.is(family.want())) {
          wanted.add(family);
        }
      }
    }
    return wanted;
  }

  private static Krpc.Response response(BDictionary root, BString transaction)
      throws KrpcException {
    var values = root.dictionary("r").orElseThrow(() -> new KrpcException("an empty response"));
    var id =
        values
            .string("id")
            .filter(i -> i.length() == NodeId.LENGTH)
            .orElseThrow(() -> new KrpcException("a response of nobody"));
    return new Krpc.Response(
        transaction,
        NodeId.of(id.bytes()),
        nodes(values, Family.IPV4),
        nodes(values, Family.IPV6),
        peers(values),
        values.string("token").filter(t -> t.length() <= TOKEN),
        root.string("ip").flatMap(KrpcReader::peer));
  }

  private static List<NodeContact> nodes(BDictionary values, Family family) {
    return values
        .string(family.nodes())
        .map(bytes -> NodeContact.decode(bytes.bytes(), family, NODES))
        .orElse(List.of());
  }

  private static List<InetSocketAddress> peers(BDictionary values) {
    var peers = new ArrayList<InetSocketAddress>();
    for (var value : values.list("values").orElse(List.of())) {
      if (value instanceof BString bytes && peers.size() < PEERS) {
        peer(bytes).ifPresent(peers::add);
      }
    }
    return peers;
  }

  private static Optional<InetSocketAddress> peer(BString bytes) {
    int size = bytes.length();
    return size == CompactPeers.IPV4 || size == CompactPeers.IPV6
        ? CompactPeers.decode(bytes.bytes(), size).stream().findFirst()
        : Optional.empty();
  }

  private static Krpc.Failure failure(BDictionary root, BString transaction) {
    int code = Krpc.Failure.GENERIC;
    var text = "";
    if (root.get("e").orElse(new BList(List.of())) instanceof BList(var parts)) {
      for (var part : parts) {
        if (part instanceof BInteger(long number)) {
          code = Math.clamp(number, 0, 999);
        } else if (part instanceof BString said) {
          text = said.text();
        }
      }
    }
    return new Krpc.Failure(transaction, code, text);
  }
}
