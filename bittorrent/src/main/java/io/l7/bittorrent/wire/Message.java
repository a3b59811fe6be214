package io.l7.bittorrent.wire;

import io.l7.bittorrent.swarm.Block;

/** One message of the peer wire protocol (BEP 3, 5, 6, 10, 52). */
public sealed interface Message {
  /** Length 0: only keeps the connection. */
  record KeepAlive() implements Message {}

  /** No more requests are served. */
  record Choke() implements Message {}

  /** Requests are served. */
  record Unchoke() implements Message {}

  /** The sender wants pieces the receiver has. */
  record Interested() implements Message {}

  /** The sender wants nothing. */
  record NotInterested() implements Message {}

  /** The sender has verified a piece. */
  record Have(int piece) implements Message {}

  /** Which pieces the sender has, one bit a piece; not judged here. */
  record BitfieldMessage(byte[] bits) implements Message {}

  /** A block is wanted. */
  record Request(int piece, int offset, int length) implements Message {}

  /** The header of a block; its bytes follow on the wire and are read by who knows where to. */
  record Piece(int piece, int offset, int length) implements Message {}

  /** A request is taken back. */
  record Cancel(int piece, int offset, int length) implements Message {}

  /** The UDP port of the sender's DHT node (BEP 5). */
  record Port(int port) implements Message {}

  /** A piece that is cheap to serve (BEP 6). */
  record SuggestPiece(int piece) implements Message {}

  /** In place of a full bitfield (BEP 6). */
  record HaveAll() implements Message {}

  /** In place of an empty bitfield (BEP 6). */
  record HaveNone() implements Message {}

  /** A request will not be served (BEP 6). */
  record RejectRequest(int piece, int offset, int length) implements Message {}

  /** A piece that may be asked for while choked (BEP 6). */
  record AllowedFast(int piece) implements Message {}

  /** A message of the extension protocol (BEP 10); id 0 is its handshake. */
  record Extended(int id, byte[] payload) implements Message {}

  /** A message that is not known, to be ignored. */
  record Unknown(int id, int length) implements Message {}

  /** The request for a block. */
  static Request request(Block block) {
    return new Request(block.piece(), block.offset(), block.length());
  }

  /** The cancel of a request. */
  static Cancel cancel(Block block) {
    return new Cancel(block.piece(), block.offset(), block.length());
  }
}
