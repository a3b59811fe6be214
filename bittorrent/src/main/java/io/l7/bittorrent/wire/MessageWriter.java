package io.l7.bittorrent.wire;

import io.l7.bittorrent.swarm.Block;
import io.l7.common.framing.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes messages; nothing is flushed. One thread. */
public final class MessageWriter {
  /** Octets of a {@link Message.Piece} ahead of its block. */
  public static final int PIECE_HEADER = 13;

  private final WireWriter out;

  public MessageWriter(WireWriter out) {
    this.out = out;
  }

  /** Writes one message; of a {@link Message.Piece} the header alone, the block must follow. */
  public void write(Message message) throws IOException {
    switch (message) {
      case Message.KeepAlive() -> out.int32(0);
      case Message.Choke() -> header(Ids.CHOKE, 0);
      case Message.Unchoke() -> header(Ids.UNCHOKE, 0);
      case Message.Interested() -> header(Ids.INTERESTED, 0);
      case Message.NotInterested() -> header(Ids.NOT_INTERESTED, 0);
      case Message.Have(int piece) -> index(Ids.HAVE, piece);
      case Message.BitfieldMessage(byte[] bits) -> {
        header(Ids.BITFIELD, bits.length);
        out.write(bits);
      }
      case Message.Request(int piece, int offset, int length) ->
          triple(Ids.REQUEST, piece, offset, length);
      case Message.Piece(int piece, int offset, int length) -> {
        header(Ids.PIECE, 8 + length);
        out.int32(piece);
        out.int32(offset);
      }
      case Message.Cancel(int piece, int offset, int length) ->
          triple(Ids.CANCEL, piece, offset, length);
      case Message.Port(int port) -> {
        header(Ids.PORT, 2);
        out.write(port >>> 8);
        out.write(port);
      }
      case Message.SuggestPiece(int piece) -> index(Ids.SUGGEST_PIECE, piece);
      case Message.HaveAll() -> header(Ids.HAVE_ALL, 0);
      case Message.HaveNone() -> header(Ids.HAVE_NONE, 0);
      case Message.RejectRequest(int piece, int offset, int length) ->
          triple(Ids.REJECT_REQUEST, piece, offset, length);
      case Message.AllowedFast(int piece) -> index(Ids.ALLOWED_FAST, piece);
      case Message.Extended(int id, byte[] payload) -> {
        header(Ids.EXTENDED, 1 + payload.length);
        out.write(id);
        out.write(payload);
      }
      case Message.Unknown _ -> throw new IllegalArgumentException("an unknown message");
    }
  }

  /** Puts the header of a block, {@link #PIECE_HEADER} octets. */
  public static void pieceHeader(Block block, ByteBuffer target) {
    target
        .putInt(9 + block.length())
        .put((byte) Ids.PIECE)
        .putInt(block.piece())
        .putInt(block.offset());
  }

  private void header(int id, int length) throws IOException {
    out.int32(1 + length);
    out.write(id);
  }

  private void index(int id, int piece) throws IOException {
    header(id, 4);
    out.int32(piece);
  }

  private void triple(int id, int piece, int offset, int length) throws IOException {
    header(id, 12);
    out.int32(piece);
    out.int32(offset);
    out.int32(length);
  }
}
