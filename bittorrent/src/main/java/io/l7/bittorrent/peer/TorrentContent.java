package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.bittorrent.metainfo.PieceHashes;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.pick.FileSelection;
import io.l7.bittorrent.pick.ReadingOrder;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.Recheck;
import io.l7.bittorrent.storage.ResumePlan;
import io.l7.bittorrent.storage.ResumeRecord;
import io.l7.bittorrent.storage.ResumeStore;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.PiecePriority;
import io.l7.common.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The files of a torrent, what of them is wanted, and their resume record. Blocking. */
final class TorrentContent implements AutoCloseable {
  private final InfoDictionary info;
  private final InfoHash infoHash;
  private final PieceHashes hashes;
  private final ContentStore store;
  private final ResumeStore resume;
  private final List<PiecePriority> priorities;
  private final ContentStore.Access access;
  private final boolean everything;
  private final List<TorrentFile> wanted;
  private long generation;
  private @Nullable Found claimed;

  TorrentContent(
      InfoDictionary info,
      Path root,
      ContentStore.Access access,
      Selection selection,
      Disk disk,
      StorageLimits limits)
      throws IOException {
    this.info = info;
    this.infoHash =
        info.v1Hash()
            .orElseThrow(
                () ->
                    new MetainfoException(
                        "a torrent of version 2 alone (BEP 52) is not supported; a hybrid works"));
    this.hashes = info.hashes().orElseThrow();
    this.access = access;
    this.store = new ContentStore(root, info, access, limits);
    this.resume = new ResumeStore(disk, root, limits);
    var files = info.files();
    this.everything = files.stream().allMatch(f -> f.isPadding() || selection.wants(f));
    this.wanted =
        files.stream().filter(f -> !f.isPadding() && !f.isSymlink() && selection.wants(f)).toList();
    this.priorities =
        FileSelection.priorities(
            info.pieces(),
            files.stream()
                .map(f -> new FileSelection.Range(f.offset(), f.length(), priority(f, selection)))
                .toList());
    if (priorities.stream().allMatch(p -> p == PiecePriority.SKIP)) {
      throw new MetainfoException("no file of the torrent is selected");
    }
    if (access == ContentStore.Access.READ_WRITE) {
      Files.createDirectories(root);
      store.makeEmptyFiles(files.stream().filter(selection::wants).toList());
    }
  }

  private static PiecePriority priority(TorrentFile file, Selection selection) {
    // Padding is zeros: nobody wants it for itself, and every piece it shares has a file in it.
    return !file.isPadding() && selection.wants(file) ? PiecePriority.NORMAL : PiecePriority.SKIP;
  }

  InfoHash infoHash() {
    return infoHash;
  }

  InfoDictionary info() {
    return info;
  }

  PieceHashes hashes() {
    return hashes;
  }

  ContentStore store() {
    return store;
  }

  List<PiecePriority> priorities() {
    return priorities;
  }

  /** The selected files, in the order of the content. */
  List<TorrentFile> wanted() {
    return wanted;
  }

  /** What comes before the rarest pieces. */
  ReadingOrder order(ReadingOrder.Mode mode) {
    var ranges =
        wanted.stream()
            .filter(f -> f.length() > 0)
            .map(f -> new FileSelection.Range(f.offset(), f.length(), PiecePriority.NORMAL))
            .toList();
    return new ReadingOrder(info.pieces(), ranges, mode, ReadingOrder.Limits.DEFAULTS);
  }

  /** Whether every file is selected. */
  boolean wantsEverything() {
    return everything;
  }

  /**
   * What is on disk.
   *
   * @param verified what the record claims, and what hashes right of what was in doubt
   * @param begun blocks of other pieces
   */
  record Found(Bitfield verified, SortedMap<Integer, Bitfield> begun) {}

  /** Looks at what is on disk, and hashes what is in doubt. */
  Found check(LongConsumer progress) throws IOException {
    var record = resume.load(infoHash);
    record.ifPresent(r -> generation = r.generation());
    var plan = ResumePlan.of(store, record);
    var verified = plan.trusted().copy();
    if (!plan.doubtful().isEmpty()) {
      var right = new Recheck(store, hashes).run(plan.doubtful(), progress);
      for (int piece = right.nextSet(0); piece >= 0; piece = right.nextSet(piece + 1)) {
        verified.set(piece);
      }
    }
    var found = new Found(verified, plan.begun());
    // A record that claims more would be believed by the next run, once this one has made the files
    // long again: it is put right before anything is written.
    if (record.filter(r -> !r.verified().equals(verified)).isPresent()) {
      checkpoint(found, ResumeRecord.Ending.RUNNING);
    }
    return found;
  }

  /** Claims what is there, after making it durable; nothing to do when nothing is new. */
  synchronized void checkpoint(Found found, ResumeRecord.Ending ending) throws IOException {
    boolean nothingNew = found.equals(claimed);
    if (access == ContentStore.Access.READ_ONLY
        || nothingNew && ending == ResumeRecord.Ending.RUNNING) {
      return;
    }
    store.force();
    var record =
        new ResumeRecord(
            infoHash, ++generation, ending, found.verified(), found.begun(), store.stamps());
    resume.save(record);
    claimed = found;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
