package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoLimits;
import io.l7.bittorrent.wire.ExtensionHandshake;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.MetadataMessage;
import java.util.Optional;

/** Metadata exchange of one torrent (BEP 9): asks while it is unknown, answers once it is known. */
final class MetadataTrade {
  private final MetadataFetch fetch;
  private boolean known;

  MetadataTrade(InfoHash infoHash, Optional<InfoDictionary> info) {
    this.fetch = new MetadataFetch(infoHash, MetainfoLimits.DEFAULT);
    this.known = info.isPresent();
  }

  /** A peer says how long the metadata is: asks it for what is missing. */
  synchronized void introduced(PeerConnection peer, ExtensionHandshake handshake) {
    var id = handshake.idOf(ExtensionHandshake.UT_METADATA);
    var size = handshake.metadataSize();
    if (!known && id.isPresent() && size.isPresent() && fetch.size(size.get())) {
      for (int block : fetch.missing()) {
        say(peer, id.get(), new MetadataMessage.Request(block));
      }
    }
  }

  /**
   * A message of metadata exchange has come.
   *
   * @param ours the dictionary to answer from, once known
   * @return the raw dictionary, when this message made it whole
   */
  synchronized Optional<byte[]> heard(
      PeerConnection peer, MetadataMessage message, Optional<InfoDictionary> ours) {
    switch (message) {
      case MetadataMessage.Request(int block) ->
          peer.extension()
              .flatMap(e -> e.idOf(ExtensionHandshake.UT_METADATA))
              .ifPresent(
                  id ->
                      say(
                          peer,
                          id,
                          ours.map(info -> MetadataFetch.answer(info.raw(), block))
                              .orElseGet(() -> new MetadataMessage.Reject(block))));
      case MetadataMessage.Data data -> {
        var whole = known ? Optional.<byte[]>empty() : fetch.data(data);
        known |= whole.isPresent();
        return whole;
      }
      case MetadataMessage.Reject _, MetadataMessage.Unknown() -> {}
    }
    return Optional.empty();
  }

  private static void say(PeerConnection peer, int id, MetadataMessage message) {
    peer.outbox().add(new Message.Extended(id, message.encode()));
  }
}
