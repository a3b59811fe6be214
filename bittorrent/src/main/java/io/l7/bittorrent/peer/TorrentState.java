package io.l7.bittorrent.peer;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

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
  record Failed(String why) implements TorrentState {
    /** In words; of a file the JDK often says its name alone. */
    static Failed of(Exception e) {
      return new Failed(
          switch (e) {
            case NoSuchFileException file -> file.getFile() + ": no such file or folder";
            case AccessDeniedException file -> file.getFile() + ": permission denied";
            case FileAlreadyExistsException file -> file.getFile() + ": not a folder";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
          });
    }
  }

  /** It was closed. */
  record Closed() implements TorrentState {}
}
