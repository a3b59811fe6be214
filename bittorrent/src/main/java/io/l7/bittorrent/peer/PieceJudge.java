package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import io.l7.bittorrent.storage.PieceStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the brain what the disk says of pieces, with the evidence against who sent a bad one. */
final class PieceJudge implements PieceStore.Outcome {
  private static final Logger LOG = LoggerFactory.getLogger(PieceJudge.class);
  private static final long[] NO_DIGESTS = {};

  private final TorrentSession torrent;

  PieceJudge(TorrentSession torrent) {
    this.torrent = torrent;
  }

  @Override
  public void verified(int piece) {
    torrent.counters().verified().add();
    var suspect = new boolean[1];
    torrent.tell(brain -> suspect[0] = brain.suspects(piece));
    var digests = suspect[0] ? digests(piece) : NO_DIGESTS;
    torrent.tell(brain -> brain.verified(piece, digests, System.nanoTime()));
    torrent.readers().wake();
  }

  @Override
  public void corrupt(int piece) {
    torrent.counters().corrupt().add();
    var digests = digests(piece);
    torrent.tell(brain -> brain.failed(piece, digests, System.nanoTime()));
  }

  private long[] digests(int piece) {
    var swarm = torrent.swarming();
    try {
      return swarm.isEmpty() ? NO_DIGESTS : swarm.get().pieces().blockDigests(piece);
    } catch (IOException e) {
      LOG.warn("torrent {}: piece {} cannot be read back", torrent.infoHash(), piece, e);
      return NO_DIGESTS;
    }
  }

  @Override
  public void failed(int piece, long tried, IOException why) {
    if (why instanceof ContentMissing gone) {
      torrent.trouble().removed(piece, gone);
    } else {
      torrent.trouble().stop(piece, tried, why);
    }
  }
}
