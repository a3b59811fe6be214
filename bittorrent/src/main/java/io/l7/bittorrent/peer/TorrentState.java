package io.l7.bittorrent.peer;

/** What a torrent is doing. */
public sealed interface TorrentState {
  /** Its metadata is being fetched from peers (a magnet link). */
  record FetchingMetadata() implements TorrentState {}

  /** What is on disk is being hashed. */
  record Checking() implements TorrentState {}

  /** Selected pieces are missing. */
  record Downloading() implements TorrentState {}

  /** Every selected piece is verified. */
  record Seeding() implements TorrentState {}

  /** It stands still, for this reason: a full disk, most of the time. */
  record Failed(String why) implements TorrentState {}

  /** It was closed. */
  record Closed() implements TorrentState {}
}
