package io.l7.bittorrent;

import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.peer.ContentReader;
import io.l7.bittorrent.peer.TorrentSession;
import io.l7.bittorrent.peer.TorrentStatus;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Decision;
import io.l7.common.net.Endpoint;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A torrent a {@link Peer} has joined. Safe for all threads. */
public final class Torrent implements AutoCloseable {
  private final TorrentSession session;

  Torrent(TorrentSession session) {
    this.session = session;
  }

  /** How it stands now. */
  public TorrentStatus status() {
    return session.status();
  }

  /** Which pieces are verified; of no pieces until the metadata is there. */
  public Bitfield verified() {
    return session.verified();
  }

  /**
   * Waits until every selected piece is verified on disk, or the torrent has failed.
   *
   * @return false when the time was over first
   */
  public boolean await(Duration limit) throws InterruptedException {
    return session.await(limit);
  }

  /** Tries a peer besides those the trackers name. */
  public void addPeer(Endpoint endpoint) throws UnknownHostException {
    session.addPeers(List.of(endpoint.toSocketAddress()));
  }

  /** Tries a peer besides those the trackers name. */
  public void addPeer(InetSocketAddress address) {
    session.addPeers(List.of(address));
  }

  /** The selected files; none until the metadata is there and the disk is checked. */
  public List<TorrentFile> files() {
    return session.files();
  }

  /** The same, when it is known or the time is over. */
  public List<TorrentFile> files(Duration patience) throws InterruptedIOException {
    return session.files(patience);
  }

  /**
   * Reads a file while it is fetched: what is before the reader comes first. Close it, or that goes
   * on. Of more than 64 readers the one that has got nothing for longest is closed.
   *
   * @param file one of {@link #files}
   * @param from first byte of it, from 0
   * @param length in bytes, at least 1, within the file
   */
  public ContentReader read(TorrentFile file, long from, long length) {
    Objects.checkFromIndexSize(from, length, file.length());
    return session.readers().open(file.offset() + from, file.offset() + from + length);
  }

  /** How many read now. */
  public int readers() {
    return session.readers().count();
  }

  /** The last decisions about each peer, in order of time, with their reasons. */
  public List<Decision> decisions() {
    return session.decisions().all();
  }

  /**
   * Tries again what failed. A torrent that could not write goes on seeding what it has, and tries
   * by itself every ten minutes; this is for who knows that there is room now. Nothing happens
   * unless its state is {@link io.l7.bittorrent.peer.TorrentState.Failed}.
   */
  public void resume() {
    session.resume();
  }

  /** Leaves the swarm. */
  @Override
  public void close() {
    session.close();
  }
}
