package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoLimits;
import io.l7.bittorrent.wire.ExtensionHandshake;
import io.l7.bittorrent.wire.MetadataMessage;
import io.l7.bittorrent.wire.WireViolation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Metadata exchange of one torrent (BEP 9): asks while it is unknown, answers once it is known.
 * Each peer that is asked gives the whole of it, so that one that lies about the size or a block,
 * or says nothing, spoils its own tale and nobody else's. Safe for all threads.
 */
final class MetadataTrade {
  /** Peers asked at a time: one that is slow or lies is not waited for. */
  private static final int ASKED = 4;

  /** So long a peer may owe a block before another one is asked in its place. */
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private final InfoHash infoHash;
  private final MetainfoLimits limits;
  private final Map<Teller, Tale> asked = new LinkedHashMap<>();
  private final Map<Teller, Tale> waiting = new LinkedHashMap<>();
  private final Set<Teller> refused = new LinkedHashSet<>();
  private boolean known;

  /** A peer that may be asked. */
  interface Teller {
    void say(MetadataMessage message);
  }

  private static final class Tale {
    final MetadataFetch fetch;
    long heardAt;

    Tale(int size) {
      fetch = new MetadataFetch(size);
    }
  }

  MetadataTrade(InfoHash infoHash, Optional<InfoDictionary> info, MetainfoLimits limits) {
    this.infoHash = infoHash;
    this.limits = limits;
    this.known = info.isPresent();
  }

  /** A peer says how long the metadata is: asks it, now or when others have failed. */
  synchronized void introduced(Teller peer, ExtensionHandshake handshake, long now) {
    boolean first =
        !asked.containsKey(peer) && !waiting.containsKey(peer) && !refused.contains(peer);
    boolean trades = handshake.idOf(ExtensionHandshake.UT_METADATA).isPresent();
    long size = handshake.metadataSize().orElse(0L);
    if (!known && first && trades && size >= 1 && size <= limits.bytes()) {
      waiting.put(peer, new Tale((int) size));
      askMore(now);
    }
  }

  /** A peer has gone. */
  synchronized void gone(Teller peer, long now) {
    waiting.remove(peer);
    refused.remove(peer);
    if (asked.remove(peer) != null) {
      askMore(now);
    }
  }

  /** Once a second: who owes a block for too long makes room, and comes last. */
  synchronized void tick(long now) {
    if (waiting.isEmpty()) {
      return;
    }
    for (var each : Map.copyOf(asked).entrySet()) {
      if (now - each.getValue().heardAt >= PATIENCE) {
        asked.remove(each.getKey());
        waiting.put(each.getKey(), each.getValue());
      }
    }
    askMore(now);
  }

  private void askMore(long now) {
    while (asked.size() < ASKED && !waiting.isEmpty()) {
      var next = waiting.entrySet().iterator().next();
      var peer = next.getKey();
      var tale = next.getValue();
      waiting.remove(peer);
      asked.put(peer, tale);
      tale.heardAt = now;
      tale.fetch.askAgain();
      ask(peer, tale);
    }
  }

  private static void ask(Teller peer, Tale tale) {
    for (var block = tale.fetch.next(); block.isPresent(); block = tale.fetch.next()) {
      peer.say(new MetadataMessage.Request(block.get()));
    }
  }

  /**
   * A message of metadata exchange has come.
   *
   * @param ours the dictionary to answer from, once known
   * @return the raw dictionary, when this message made it whole
   * @throws WireViolation what the peer gave is not what the torrent is named by
   */
  synchronized Optional<byte[]> heard(
      Teller peer, MetadataMessage message, Optional<InfoDictionary> ours, long now)
      throws WireViolation {
    switch (message) {
      case MetadataMessage.Request(int block) ->
          peer.say(
              ours.map(info -> MetadataFetch.answer(info, block))
                  .orElseGet(() -> new MetadataMessage.Reject(block)));
      case MetadataMessage.Data data -> {
        return told(peer, data, now);
      }
      case MetadataMessage.Reject _ -> {
        if (asked.remove(peer) != null || waiting.remove(peer) != null) {
          refused.add(peer);
          askMore(now);
        }
      }
      case MetadataMessage.Unknown() -> {}
    }
    return Optional.empty();
  }

  private Optional<byte[]> told(Teller peer, MetadataMessage.Data data, long now)
      throws WireViolation {
    var tale = asked.getOrDefault(peer, waiting.get(peer));
    if (known || tale == null || !tale.fetch.data(data)) {
      return Optional.empty();
    }
    tale.heardAt = now;
    var whole = tale.fetch.whole();
    if (whole.isEmpty()) {
      ask(peer, tale);
      return Optional.empty();
    }
    asked.remove(peer);
    waiting.remove(peer);
    if (!InfoHash.ofInfo(whole.get()).equals(infoHash)) {
      refused.add(peer);
      askMore(now);
      throw new WireViolation("metadata that is not the torrent's");
    }
    known = true;
    asked.clear();
    waiting.clear();
    return whole;
  }
}
