package io.l7.bittorrent.wire;

import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads messages in place. A length is judged before anything is allocated, against the largest
 * message that can be true. After a {@link Message.Piece} its block must be taken with {@link
 * #block} before the next message is read. One thread.
 */
public final class MessageReader {
  private final WireReader in;
  private final WireLimits limits;
  private final int maxLength;
  private int blockLeft;

  /** A reader for a torrent whose number of pieces is not known yet (a magnet link). */
  public MessageReader(WireReader in, WireLimits limits) {
    this(in, limits, 1 << 21);
  }

  /** A reader for a torrent of that many pieces. */
  public MessageReader(WireReader in, WireLimits limits, int pieces) {
    this.in = in;
    this.limits = limits;
    this.maxLength = limits.messageLength(pieces);
  }

  /** The next message; empty when the peer closed between messages. */
  public Optional<Message> read() throws IOException {
    if (blockLeft > 0) {
      throw new IllegalStateException(blockLeft + " bytes of a block not taken");
    }
    if (!in.ensure(4)) {
      return Optional.empty();
    }
    long length = Integer.toUnsignedLong(int32(0));
    if (length > maxLength) {
      throw new WireViolation("a message of " + length + " bytes; at most " + maxLength);
    }
    in.advance(4);
    if (length == 0) {
      return Optional.of(new Message.KeepAlive());
    }
    int id = in.read();
    if (id < 0) {
      throw new WireViolation("the connection ended inside a message");
    }
    return Optional.of(body(id, (int) length - 1));
  }

  /** Takes the bytes of the block announced last. */
  public void block(byte[] target, int offset, int length) throws IOException {
    if (length > blockLeft) {
      throw new IllegalArgumentException(length + " of " + blockLeft + " bytes");
    }
    in.readFully(target, offset, length);
    blockLeft -= length;
  }

  /** Throws away the rest of the block announced last. */
  public void skipBlock() throws IOException {
    skip(blockLeft);
    blockLeft = 0;
  }

  private Message body(int id, int length) throws IOException {
    return switch (id) {
      case Ids.CHOKE -> empty(length, new Message.Choke());
      case Ids.UNCHOKE -> empty(length, new Message.Unchoke());
      case Ids.INTERESTED -> empty(length, new Message.Interested());
      case Ids.NOT_INTERESTED -> empty(length, new Message.NotInterested());
      case Ids.HAVE -> new Message.Have(index(length));
      case Ids.BITFIELD -> new Message.BitfieldMessage(bytes(length));
      case Ids.REQUEST -> {
        need(length, 12);
        yield new Message.Request(take32(), take32(), take32());
      }
      case Ids.PIECE -> {
        if (length < 8) {
          throw new WireViolation("a piece message of " + length + " bytes");
        }
        have(8);
        blockLeft = length - 8;
        yield new Message.Piece(take32(), take32(), blockLeft);
      }
      case Ids.CANCEL -> {
        need(length, 12);
        yield new Message.Cancel(take32(), take32(), take32());
      }
      case Ids.PORT -> {
        need(length, 2);
        yield new Message.Port(in.read() << 8 | in.read());
      }
      case Ids.SUGGEST_PIECE -> new Message.SuggestPiece(index(length));
      case Ids.HAVE_ALL -> empty(length, new Message.HaveAll());
      case Ids.HAVE_NONE -> empty(length, new Message.HaveNone());
      case Ids.REJECT_REQUEST -> {
        need(length, 12);
        yield new Message.RejectRequest(take32(), take32(), take32());
      }
      case Ids.ALLOWED_FAST -> new Message.AllowedFast(index(length));
      case Ids.EXTENDED -> extended(length);
      default -> {
        skip(length);
        yield new Message.Unknown(id, length);
      }
    };
  }

  private Message extended(int length) throws IOException {
    if (length < 1 || length - 1 > limits.extendedLength()) {
      throw new WireViolation("an extended message of " + length + " bytes");
    }
    have(1);
    int id = in.read();
    return new Message.Extended(id, bytes(length - 1));
  }

  private int index(int length) throws IOException {
    need(length, 4);
    return take32();
  }

  private void need(int length, int expected) throws IOException {
    if (length != expected) {
      throw new WireViolation("a message with " + length + " bytes in place of " + expected);
    }
    have(expected);
  }

  /** The next octets belong to a message that has begun: its end is no clean one. */
  private void have(int octets) throws IOException {
    if (!in.ensure(octets)) {
      throw new WireViolation("the connection ended inside a message");
    }
  }

  private static Message empty(int length, Message message) throws WireViolation {
    if (length != 0) {
      throw new WireViolation(message.getClass().getSimpleName() + " with a body");
    }
    return message;
  }

  private byte[] bytes(int length) throws IOException {
    var bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private void skip(int length) throws IOException {
    for (int left = length; left > 0; ) {
      if (in.buffered() == 0) {
        in.ensure(1);
      }
      int count = Math.min(left, in.buffered());
      if (count == 0) {
        throw new WireViolation("the connection ended inside a message");
      }
      in.advance(count);
      left -= count;
    }
  }

  private int take32() {
    int value = int32(0);
    in.advance(4);
    return value;
  }

  private int int32(int at) {
    var buffer = in.buffer();
    int from = in.position() + at;
    return (buffer[from] & 0xff) << 24
        | (buffer[from + 1] & 0xff) << 16
        | (buffer[from + 2] & 0xff) << 8
        | buffer[from + 3] & 0xff;
  }
}
