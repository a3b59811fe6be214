package io.l7.bittorrent.wire;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message of peer exchange (BEP 11).
 *
 * @param added peers the sender has connected to since its last message
 * @param dropped peers it has lost since
 */
public record PexMessage(List<Added> added, List<InetSocketAddress> dropped) {
  /** Flag of a seed, or a peer that wants no data. */
  public static final int SEED = 0x02;

  /** Flag of a peer the sender has reached by connecting to it. */
  public static final int REACHABLE = 0x10;

  /**
   * A peer and what is known of it.
   *
   * @param address of the peer
   * @param flags of BEP 11, such as {@link #SEED}
   */
  public record Added(InetSocketAddress address, int flags) {}

  public PexMessage {
    added = List.copyOf(added);
    dropped = List.copyOf(dropped);
  }

  /** Reads the payload of the extended message; empty when it is malformed and to be ignored. */
  public static Optional<PexMessage> decode(byte[] payload) {
    try {
      var value = BencodeReader.decode(payload, BencodeReader.Mode.LENIENT);
      if (value instanceof BDictionary dictionary) {
        var added = new ArrayList<Added>();
        var dropped = new ArrayList<InetSocketAddress>();
        boolean whole =
            add(dictionary, "added", CompactPeers.IPV4, added)
                && add(dictionary, "added6", CompactPeers.IPV6, added)
                && drop(dictionary, "dropped", CompactPeers.IPV4, dropped)
                && drop(dictionary, "dropped6", CompactPeers.IPV6, dropped);
        return whole ? Optional.of(new PexMessage(added, dropped)) : Optional.empty();
      }
      return Optional.empty();
    } catch (BencodeException _) {
      return Optional.empty();
    }
  }

  private static boolean add(BDictionary from, String key, int size, List<Added> to) {
    var bytes = from.string(key).map(BString::bytes).orElse(new byte[0]);
    var flags = from.string(key + ".f").map(BString::bytes).orElse(new byte[0]);
    var peers = CompactPeers.decode(bytes, size);
    for (int i = 0; i < peers.size(); i++) {
      to.add(new Added(peers.get(i), i < flags.length ? flags[i] & 0xff : 0));
    }
    return bytes.length % size == 0;
  }

  private static boolean drop(BDictionary from, String key, int size, List<InetSocketAddress> to) {
    var bytes = from.string(key).map(BString::bytes).orElse(new byte[0]);
    to.addAll(CompactPeers.decode(bytes, size));
    return bytes.length % size == 0;
  }

  /** The payload of the extended message. */
  public byte[] encode() {
    var dictionary = BencodeWriter.dictionary();
    put(dictionary, "added", CompactPeers.IPV4);
    put(dictionary, "added6", CompactPeers.IPV6);
    dictionary.put("dropped", CompactPeers.encode(dropped, CompactPeers.IPV4));
    if (dropped.stream().anyMatch(d -> !(d.getAddress() instanceof Inet4Address))) {
      dictionary.put("dropped6", CompactPeers.encode(dropped, CompactPeers.IPV6));
    }
    return dictionary.encode();
  }

  private void put(BencodeWriter.DictionaryBuilder to, String key, int size) {
    var family =
        added.stream()
            .filter(a -> a.address().getAddress() instanceof Inet4Address == (size == 6))
            .toList();
    if (family.isEmpty() && size == CompactPeers.IPV6) {
      return;
    }
    var flags = new byte[family.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = (byte) family.get(i).flags();
    }
    to.put(key, CompactPeers.encode(family.stream().map(Added::address).toList(), size));
    to.put(key + ".f", flags);
  }
}
