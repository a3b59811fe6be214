package io.l7.bittorrent.storage;

import io.l7.bittorrent.swarm.Bitfield;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What to believe at the start, and what to hash again.
 *
 * @param trusted pieces that a record claims and whose files are as it left them
 * @param doubtful pieces that may be there
 */
public record ResumePlan(Bitfield trusted, Bitfield doubtful) {
  /**
   * Without a record every piece whose files are there is doubtful. With one, claimed pieces are
   * trusted as long as their files still are what they were; others are not looked for, since
   * whatever was verified was claimed a checkpoint later at most.
   */
  public static ResumePlan of(ContentStore store, Optional<ResumeRecord> record)
      throws IOException {
    int pieces = store.layout().pieces();
    var stamps = store.stamps();
    var believable =
        record.filter(r -> r.verified().size() == pieces && r.stamps().size() == stamps.size());
    var trusted = Bitfield.empty(pieces);
    var doubtful = Bitfield.empty(pieces);
    for (int piece = 0; piece < pieces; piece++) {
      boolean there = isThere(store, stamps, piece);
      if (believable.isEmpty()) {
        mark(doubtful, piece, there);
      } else if (believable.get().verified().get(piece)) {
        boolean same = there && isUnchanged(store, stamps, believable.get(), piece);
        mark(trusted, piece, same);
        mark(doubtful, piece, there && !same);
      }
    }
    return new ResumePlan(trusted, doubtful);
  }

  private static void mark(Bitfield field, int piece, boolean set) {
    if (set) {
      field.set(piece);
    }
  }

  /** Whether the piece's files are there and long enough. */
  private static boolean isThere(ContentStore store, List<FileStamp> stamps, int piece) {
    long start = store.layout().offsetOf(piece);
    long end = start + store.layout().lengthOf(piece);
    for (int i = store.fileAt(start); i < stamps.size(); i++) {
      var file = store.files().get(i);
      if (file.offset() >= end) {
        break;
      }
      long needed = Math.min(end, file.end()) - file.offset();
      if (!file.isPadding() && file.length() > 0 && stamps.get(i).size() < needed) {
        return false;
      }
    }
    return true;
  }

  /** A record of a run that did not end in order says nothing of later changes by that run. */
  private static boolean isUnchanged(
      ContentStore store, List<FileStamp> stamps, ResumeRecord record, int piece) {
    if (record.ending() == ResumeRecord.Ending.RUNNING) {
      return true;
    }
    long start = store.layout().offsetOf(piece);
    long end = start + store.layout().lengthOf(piece);
    for (int i = store.fileAt(start); i < stamps.size(); i++) {
      var file = store.files().get(i);
      if (file.offset() >= end) {
        break;
      }
      if (!stamps.get(i).equals(record.stamps().get(i))) {
        return false;
      }
    }
    return true;
  }
}
