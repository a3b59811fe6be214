package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.wire.CompactPeers;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** Writes messages of the DHT. */
final class KrpcWriter {
  /** Who we are: two letters of the program and two bytes of its version. */
  private static final byte[] VERSION = {'L', '7', 0, 1};

  private KrpcWriter() {}

  static byte[] write(Krpc message) {
    var root = BencodeWriter.dictionary().put("t", message.transaction()).put("v", VERSION);
    switch (message) {
      case Krpc.Query query -> {
        root.put("y", "q").put("q", query.call().method()).put("a", arguments(query));
        if (query.standing() == Krpc.Standing.READ_ONLY) {
          root.put("ro", 1);
        }
      }
      case Krpc.Response response -> {
        root.put("y", "r").put("r", values(response));
        response.seen().ifPresent(address -> root.put("ip", compact(address)));
      }
      case Krpc.Failure failure ->
          root.put("y", "e")
              .put("e", List.of(new BInteger(failure.code()), BString.of(failure.text())));
    }
    return root.encode();
  }

  private static BDictionary arguments(Krpc.Query query) {
    var arguments = BencodeWriter.dictionary().put("id", query.id().bytes());
    switch (query.call()) {
      case Call.Ping() -> {}
      case Call.FindNode(var target, var want) -> {
        arguments.put("target", target.bytes());
        want(arguments, want);
      }
      case Call.GetPeers(var infoHash, var want) -> {
        arguments.put("info_hash", infoHash.bytes());
        want(arguments, want);
      }
      case Call.AnnouncePeer(var infoHash, var port, var token) ->
          arguments
              .put("info_hash", infoHash.bytes())
              .put("implied_port", port.isPresent() ? 0 : 1)
              .put("port", port.orElse(1))
              .put("token", token);
    }
    return arguments.build();
  }

  private static void want(BencodeWriter.DictionaryBuilder arguments, Set<Family> families) {
    if (!families.isEmpty()) {
      arguments.put(
          "want", families.stream().sorted().map(family -> BString.of(family.want())).toList());
    }
  }

  private static BDictionary values(Krpc.Response response) {
    var values = BencodeWriter.dictionary().put("id", response.id().bytes());
    for (var family : Family.values()) {
      if (!response.nodes(family).isEmpty()) {
        values.put(family.nodes(), NodeContact.encode(response.nodes(family), family));
      }
    }
    if (!response.peers().isEmpty()) {
      values.put(
          "values",
          new BList(
              List.copyOf(response.peers().stream().map(p -> BString.of(compact(p))).toList())));
    }
    response.token().ifPresent(token -> values.put("token", token));
    return values.build();
  }

  private static byte[] compact(InetSocketAddress address) {
    return CompactPeers.encode(List.of(address), Family.of(address.getAddress()).peerBytes());
  }
}
