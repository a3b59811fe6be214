package io.l7.common.framing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a chunked body (RFC 9112 §7.1), read from octets as they come. {@link #advance}
 * eats framing and stops where data or the trailer section begins, at a fault, or where more octets
 * are needed; the caller takes data and tells how much.
 *
 * <p>Strict: a size is hexadecimal digits alone, at most 15 of them; no whitespace; CR LF alone
 * ends a line; extensions follow their grammar. What could be read in two ways is a fault: a
 * request is smuggled through the difference.
 */
public final class ChunkFraming {
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
    FAULT
  }

  private final int maxExtensionOctets;
  private State state = State.SIZE;
  private int digits;
  private long size;
  private int extensionOctets;
  private int tokenLength;
  private long remaining;
  private @Nullable ChunkFault fault;

  /**
   * Framing of one body.
   *
   * @param maxExtensionOctets of all its chunk extensions together
   */
  public ChunkFraming(int maxExtensionOctets) {
    this.maxExtensionOctets = maxExtensionOctets;
  }

  /** Whether data follows at the position {@link #advance} returned. */
  public boolean isInData() {
    return state == State.DATA;
  }

  /** Whether the trailer section follows, which ends with an empty line: no more data comes. */
  public boolean isAtTrailer() {
    return state == State.TRAILER;
  }

  /** What broke the framing, if something did: nothing behind it can be read. */
  public Optional<ChunkFault> fault() {
    return Optional.ofNullable(fault);
  }

  /** The octets of data left in the chunk in hand. */
  public long remaining() {
    return remaining;
  }

  /** Tells that this many octets of data have been taken. */
  public void consumed(long octets) {
    remaining -= octets;
    if (remaining == 0) state = State.DATA_CR;
  }

  /**
   * Goes over framing.
   *
   * @return the position behind what was eaten: of data, of the trailer section, behind a fault, or
   *     the limit where more octets are needed
   */
  public int advance(byte[] buffer, int position, int limit) {
    int i = position;
    while (i < limit && state != State.DATA && !isOver()) step(buffer[i++]);
    return i;
  }

  private boolean isOver() {
    return state == State.TRAILER || state == State.FAULT;
  }

  private void step(byte octet) {
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
      case DATA, TRAILER, FAULT -> throw new IllegalStateException();
    }
  }

  private void fail(ChunkFault found) {
    fault = found;
    state = State.FAULT;
  }

  private void size(byte octet) {
    int digit = hex(octet);
    if (digit >= 0) {
      if (++digits > MAX_HEX_DIGITS) fail(ChunkFault.SIZE_TOO_LARGE);
      size = size << 4 | digit;
    } else if (digits == 0) {
      fail(ChunkFault.SIZE_MALFORMED);
    } else if (octet == ';') {
      beginExtension();
    } else if (octet == '\r') {
      state = State.SIZE_LF;
    } else {
      fail(octet == '\n' ? ChunkFault.BARE_LF : ChunkFault.SIZE_MALFORMED);
    }
  }

  private void beginExtension() {
    state = State.EXTENSION_NAME;
    tokenLength = 0;
  }

  /** Counts one octet of an extension; false over the limit. */
  private boolean counted() {
    if (++extensionOctets <= maxExtensionOctets) return true;
    fail(ChunkFault.EXTENSIONS_TOO_LARGE);
    return false;
  }

  private void extensionName(byte octet) {
    if (!counted()) return;
    if (isToken(octet)) {
      tokenLength++;
    } else if (tokenLength > 0 && octet == '=') {
      state = State.EXTENSION_VALUE;
    } else if (tokenLength > 0) {
      extensionEnd(octet);
    } else {
      fail(ChunkFault.EXTENSION_MALFORMED);
    }
  }

  private void extensionValue(byte octet) {
    if (!counted()) return;
    if (octet == '"') {
      state = State.EXTENSION_QUOTED;
    } else if (isToken(octet)) {
      state = State.EXTENSION_TOKEN;
    } else {
      fail(ChunkFault.EXTENSION_MALFORMED);
    }
  }

  private void extensionToken(byte octet) {
    if (counted() && !isToken(octet)) extensionEnd(octet);
  }

  private void extensionQuoted(byte octet) {
    if (!counted()) return;
    if (octet == '"') {
      state = State.EXTENSION_END;
    } else if (octet == '\\') {
      state = State.EXTENSION_ESCAPE;
    } else if (!isText(octet)) {
      fail(ChunkFault.EXTENSION_MALFORMED);
    }
  }

  private void extensionEscape(byte octet) {
    if (!counted()) return;
    if (isText(octet)) {
      state = State.EXTENSION_QUOTED;
    } else {
      fail(ChunkFault.EXTENSION_MALFORMED);
    }
  }

  private void extensionEnd(byte octet) {
    if (octet == ';') {
      beginExtension();
    } else if (octet == '\r') {
      state = State.SIZE_LF;
    } else {
      fail(ChunkFault.EXTENSION_MALFORMED);
    }
  }

  private void sizeLf(byte octet) {
    if (octet != '\n') {
      fail(ChunkFault.BARE_CR);
      return;
    }
    remaining = size;
    state = size == 0 ? State.TRAILER : State.DATA;
    size = 0;
    digits = 0;
  }

  private void expect(byte octet, char wanted, State next) {
    if (octet == wanted) {
      state = next;
    } else {
      fail(ChunkFault.DATA_UNTERMINATED);
    }
  }

  private static int hex(byte octet) {
    if (octet >= '0' && octet <= '9') return octet - '0';
    int lower = octet | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** RFC 9110 §5.6.2. */
  private static boolean isToken(byte octet) {
    return octet > ' ' && octet < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(octet) < 0;
  }

  /** What may stand in a quoted string: visible, space, tab, obs-text (RFC 9110 §5.6.4). */
  private static boolean isText(byte octet) {
    return octet == '\t' || (octet & 0xff) >= ' ' && octet != 0x7f;
  }
}
