package io.l7.http.wire;

import io.l7.http.message.Fields;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes chunked content (RFC 9112 §7.1) from bytes as they come. {@link #advance} eats framing
 * and stops where data begins; the caller takes data and tells how much.
 *
 * <p>Strict: sizes are hex digits alone, at most 15 of them; no whitespace; CRLF only; extensions
 * by their grammar; no framing or routing fields in the trailer.
 */
public final class ChunkedDecoder {
  private static final int MAX_HEX_DIGITS = 15;

  private enum State {
    SIZE,
    EXTENSION_NAME,
    EXTENSION_VALUE,
    EXTENSION_TOKEN,
    EXTENSION_QUOTED,
    EXTENSION_ESCAPE,
    EXTENSION_END,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    DONE
  }

  private final HttpLimits limits;
  private State state = State.SIZE;
  private int digits;
  private long size;
  private int extensionBytes;
  private int tokenLength;
  private long remaining;
  private @Nullable Trailer trailer;

  public ChunkedDecoder(HttpLimits limits) {
    this.limits = limits;
  }

  /** Whether data follows at the position {@link #advance} returned. */
  public boolean isInData() {
    return state == State.DATA;
  }

  /** Whether the whole body, with its trailer, is behind. */
  public boolean isDone() {
    return state == State.DONE;
  }

  /** The bytes of data left in the chunk in hand. */
  public long remaining() {
    return remaining;
  }

  /** The trailer; empty before {@link #isDone}. */
  public Fields trailers() {
    return trailer == null ? Fields.EMPTY : trailer.fields;
  }

  /** Tells that this many bytes of data have been taken. */
  public void consumed(long bytes) {
    remaining -= bytes;
    if (remaining == 0) {
      state = State.DATA_CR;
    }
  }

  /**
   * Goes over framing.
   *
   * @return the position behind what was eaten: of data, of the end, or the limit where more bytes
   *     are needed
   */
  public int advance(byte[] buffer, int position, int limit) throws ViolationException {
    int i = position;
    while (i < limit && state != State.DATA && state != State.DONE) {
      if (state == State.TRAILER) {
        return trailer(buffer, i, limit);
      }
      step(buffer[i++]);
    }
    return i;
  }

  private void step(byte octet) throws ViolationException {
    switch (state) {
      case SIZE -> size(octet);
      case EXTENSION_NAME -> extensionName(octet);
      case EXTENSION_VALUE -> extensionValue(octet);
      case EXTENSION_TOKEN -> extensionToken(octet);
      case EXTENSION_QUOTED -> extensionQuoted(octet);
      case EXTENSION_ESCAPE -> extensionEscape(octet);
      case EXTENSION_END -> extensionEnd(octet);
      case SIZE_LF -> sizeLf(octet);
      case DATA_CR -> expect(octet, '\r', State.DATA_LF);
      case DATA_LF -> expect(octet, '\n', State.SIZE);
      case DATA, TRAILER, DONE -> throw new IllegalStateException();
    }
  }

  private void size(byte octet) throws ViolationException {
    int digit = Octets.is(octet, Octets.TOKEN) ? Character.digit(octet, 16) : -1;
    if (digit >= 0) {
      if (++digits > MAX_HEX_DIGITS) {
        throw new ViolationException(Violation.CHUNK_SIZE_TOO_LARGE);
      }
      size = size << 4 | digit;
    } else if (digits == 0) {
      throw new ViolationException(Violation.CHUNK_SIZE_MALFORMED);
    } else if (octet == ';') {
      beginExtension();
    } else if (octet == '\r') {
      state = State.SIZE_LF;
    } else {
      throw new ViolationException(
          octet == '\n' ? Violation.BARE_LF : Violation.CHUNK_SIZE_MALFORMED);
    }
  }

  private void beginExtension() {
    state = State.EXTENSION_NAME;
    tokenLength = 0;
  }

  private void countExtension() throws ViolationException {
    if (++extensionBytes > limits.chunkExtensionBytes()) {
      throw new ViolationException(Violation.CHUNK_EXTENSIONS_TOO_LARGE);
    }
  }

  private void extensionName(byte octet) throws ViolationException {
    countExtension();
    if (Octets.is(octet, Octets.TOKEN)) {
      tokenLength++;
    } else if (tokenLength > 0 && octet == '=') {
      state = State.EXTENSION_VALUE;
      tokenLength = 0;
    } else if (tokenLength > 0) {
      extensionEnd(octet);
    } else {
      throw new ViolationException(Violation.CHUNK_EXTENSION_MALFORMED);
    }
  }

  private void extensionValue(byte octet) throws ViolationException {
    countExtension();
    if (octet == '"') {
      state = State.EXTENSION_QUOTED;
    } else if (Octets.is(octet, Octets.TOKEN)) {
      state = State.EXTENSION_TOKEN;
    } else {
      throw new ViolationException(Violation.CHUNK_EXTENSION_MALFORMED);
    }
  }

  private void extensionToken(byte octet) throws ViolationException {
    countExtension();
    if (!Octets.is(octet, Octets.TOKEN)) {
      extensionEnd(octet);
    }
  }

  private void extensionQuoted(byte octet) throws ViolationException {
    countExtension();
    if (octet == '"') {
      state = State.EXTENSION_END;
    } else if (octet == '\\') {
      state = State.EXTENSION_ESCAPE;
    } else if (!Octets.is(octet, Octets.FIELD)) {
      throw new ViolationException(Violation.CHUNK_EXTENSION_MALFORMED);
    }
  }

  private void extensionEscape(byte octet) throws ViolationException {
    countExtension();
    if (!Octets.is(octet, Octets.FIELD)) {
      throw new ViolationException(Violation.CHUNK_EXTENSION_MALFORMED);
    }
    state = State.EXTENSION_QUOTED;
  }

  private void extensionEnd(byte octet) throws ViolationException {
    if (octet == ';') {
      beginExtension();
    } else if (octet == '\r') {
      state = State.SIZE_LF;
    } else {
      throw new ViolationException(Violation.CHUNK_EXTENSION_MALFORMED);
    }
  }

  private void sizeLf(byte octet) throws ViolationException {
    if (octet != '\n') {
      throw new ViolationException(Violation.BARE_CR);
    }
    remaining = size;
    state = size == 0 ? State.TRAILER : State.DATA;
    size = 0;
    digits = 0;
  }

  private void expect(byte octet, char wanted, State next) throws ViolationException {
    if (octet != wanted) {
      throw new ViolationException(Violation.CHUNK_DATA_UNTERMINATED);
    }
    state = next;
  }

  private int trailer(byte[] buffer, int position, int limit) throws ViolationException {
    if (trailer == null) {
      trailer = new Trailer(limits);
    }
    int eaten = trailer.take(buffer, position, limit);
    if (trailer.done) {
      state = State.DONE;
    }
    return eaten;
  }

  /**
   * The trailer section, collected because the body's buffer moves on while it is read; small, and
   * mostly two bytes.
   */
  private static final class Trailer {
    private final FieldSection section;
    private final int most;
    private byte[] bytes = new byte[64];
    private int length;
    private boolean done;
    private Fields fields = Fields.EMPTY;

    private Trailer(HttpLimits limits) {
      section = new FieldSection(limits.trailerBytes(), limits.fieldLines(), Set.of());
      most = limits.trailerBytes() + 2;
    }

    private int take(byte[] buffer, int position, int limit) throws ViolationException {
      int before = length;
      int more = Math.min(limit - position, most - length);
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(bytes.length * 2, length + more)));
      }
      System.arraycopy(buffer, position, bytes, length, more);
      length += more;
      Progress progress = section.parse(bytes, 0, length);
      if (progress == Progress.REFUSED) {
        throw new ViolationException(section.violation());
      }
      if (progress == Progress.INCOMPLETE) {
        return position + more;
      }
      done = true;
      fields = section.fields(bytes, 0);
      refuseFraming();
      return position + section.length() - before;
    }

    /** RFC 9110 §6.5.1: fields that frame or route the message cannot come behind it. */
    private void refuseFraming() throws ViolationException {
      for (String name : new String[] {"Content-Length", "Transfer-Encoding", "Host", "Trailer"}) {
        if (fields.contains(name)) {
          throw new ViolationException(Violation.TRAILER_FORBIDDEN);
        }
      }
    }
  }
}
