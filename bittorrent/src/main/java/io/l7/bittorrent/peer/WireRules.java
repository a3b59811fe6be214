package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.Extensions;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.wire.WireViolation;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What a peer may say: messages of the Fast extension where it was agreed (BEP 6), and of pieces
 * and blocks those that the torrent has, once it is known what that is.
 *
 * @param layout of the torrent, once known
 * @param extensions agreed with the peer
 */
record WireRules(Supplier<Optional<PieceLayout>> layout, Extensions extensions) {
  static boolean isBlock(int piece, int offset, int length, PieceLayout layout) {
    return piece >= 0
        && offset >= 0
        && length > 0
        && piece < layout.pieces()
        && (long) offset + length <= layout.lengthOf(piece);
  }

  static void piece(int piece, PieceLayout layout) throws WireViolation {
    if (piece < 0 || piece >= layout.pieces()) {
      throw new WireViolation("piece " + Integer.toUnsignedLong(piece) + " does not exist");
    }
  }

  private void fast() throws WireViolation {
    if (extensions != Extensions.FAST) {
      throw new WireViolation("a message of the Fast extension, which was not agreed");
    }
  }

  /** A message of the Fast extension about a piece. */
  void fastPiece(int piece) throws WireViolation {
    fast();
    var known = layout.get();
    if (known.isPresent()) {
      piece(piece, known.get());
    }
  }

  /** A message of the Fast extension in place of a bitfield; empty while it means nothing yet. */
  Optional<Bitfield> fast(IntFunction<Bitfield> field) throws WireViolation {
    fast();
    return layout.get().map(known -> field.apply(known.pieces()));
  }

  /** A bitfield; empty while it means nothing yet. */
  Optional<Bitfield> bitfield(byte[] bits) throws WireViolation {
    try {
      return layout.get().map(known -> Bitfield.parse(bits, known.pieces()));
    } catch (IllegalArgumentException e) {
      throw new WireViolation("a bitfield that does not fit: " + e.getMessage(), e);
    }
  }
}
