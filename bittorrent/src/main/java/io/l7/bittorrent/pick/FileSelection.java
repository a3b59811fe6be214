package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Turns how much each file is wanted into how much each piece is wanted. */
public final class FileSelection {
  private FileSelection() {}

  /**
   * A run of bytes of the content, and how much it is wanted.
   *
   * @param offset of its first byte within the content
   * @param length in bytes; a file may be empty
   * @param priority how much it is wanted
   */
  public record Range(long offset, long length, PiecePriority priority) {}

  /**
   * The priority of each piece: the highest of the ranges that touch it, since a piece can only be
   * verified whole.
   */
  public static List<PiecePriority> priorities(PieceLayout layout, List<Range> files) {
    List<PiecePriority> pieces =
        new ArrayList<>(Collections.nCopies(layout.pieces(), PiecePriority.SKIP));
    for (Range file : files) {
      if (file.length() == 0) {
        continue;
      }
      int last = layout.pieceAt(file.offset() + file.length() - 1);
      for (int piece = layout.pieceAt(file.offset()); piece <= last; piece++) {
        if (file.priority().compareTo(pieces.get(piece)) > 0) {
          pieces.set(piece, file.priority());
        }
      }
    }
    return List.copyOf(pieces);
  }
}
