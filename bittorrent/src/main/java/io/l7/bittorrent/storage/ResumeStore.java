package io.l7.bittorrent.storage;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.SafePaths;
import io.l7.common.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Resume records in the folder {@code .l7} beside the content, one file a torrent, replaced by
 * writing aside, syncing and renaming. Blocking.
 */
public final class ResumeStore {
  private final Disk disk;
  private final Path folder;
  private final StorageLimits limits;

  /** The records beside content in {@code root}. */
  public ResumeStore(Disk disk, Path root, StorageLimits limits) {
    this.disk = disk;
    this.folder = root.resolve(SafePaths.OURS);
    this.limits = limits;
  }

  /** The record of a torrent; empty when there is none, or none that can be believed. */
  public Optional<ResumeRecord> load(InfoHash infoHash) throws IOException {
    var file = file(infoHash);
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    return ResumeRecord.decode(disk.readAll(file, limits.resumeBytes()))
        .filter(r -> r.infoHash().equals(infoHash));
  }

  /**
   * Puts a record in place of the last one, durably; the data it claims must be durable already.
   */
  public void save(ResumeRecord record) throws IOException {
    disk.createDirectories(folder);
    disk.replace(file(record.infoHash()), record.encode());
  }

  private Path file(InfoHash infoHash) {
    return folder.resolve(infoHash + ".resume");
  }
}
