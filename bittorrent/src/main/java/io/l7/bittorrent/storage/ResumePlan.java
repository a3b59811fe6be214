package io.l7.bittorrent.storage;

import io.l7.bittorrent.swarm.Bitfield;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What to believe at the start, and what to hash again.
 *
 * @param trusted pieces that a record claims and whose files are as it left them
 * @param doubtful pieces that may be there
 * @param begun of other pieces, blocks that a record says are there; their pieces are judged whole
 */
public record ResumePlan(Bitfield trusted, Bitfield doubtful, SortedMap<Integer, Bitfield> begun) {
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
      long start = store.layout().offsetOf(piece);
      boolean there = isThere(store, stamps, start, start + store.layout().lengthOf(piece));
      if (believable.isEmpty()) {
        mark(doubtful, piece, there);
      } else if (believable.get().verified().get(piece)) {
        boolean same = there && isUnchanged(store, stamps, believable.get(), piece);
        mark(trusted, piece, same);
        mark(doubtful, piece, there && !same);
      }
    }
    var begun = new TreeMap<Integer, Bitfield>();
    if (believable.isPresent()) {
      for (var each : believable.get().begun().entrySet()) {
        int piece = each.getKey();
        var blocks = each.getValue();
        if (!isUsable(store, stamps, believable.get(), piece, blocks)) {
          continue; // fetched again
        }
        if (blocks.isFull()) {
          doubtful.set(piece);
        } else {
          begun.put(piece, blocks);
        }
      }
    }
    return new ResumePlan(trusted, doubtful, begun);
  }

  /** Whether blocks that a record speaks of are where it left them. */
  private static boolean isUsable(
      ContentStore store, List<FileStamp> stamps, ResumeRecord record, int piece, Bitfield blocks) {
    var layout = store.layout();
    if (piece >= layout.pieces()
        || blocks.size() != layout.blocks(piece)
        || blocks.isEmpty()
        || record.verified().get(piece)) {
      return false;
    }
    int last = blocks.size() - 1;
    while (!blocks.get(last)) {
      last--;
    }
    var block = layout.block(piece, last);
    long start = layout.offsetOf(piece);
    return isThere(store, stamps, start, start + block.offset() + block.length())
        && isUnchanged(store, stamps, record, piece);
  }

  private static void mark(Bitfield field, int piece, boolean set) {
    if (set) {
      field.set(piece);
    }
  }

  /** Whether the files from one byte to another are there and long enough. */
  static boolean isThere(ContentStore store, List<FileStamp> stamps, long start, long end) {
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
