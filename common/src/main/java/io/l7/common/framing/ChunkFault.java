package io.l7.common.framing;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;

/** A way to break the grammar of a chunked body (RFC 9112 §7.1), or the limit of its extensions. */
public enum ChunkFault {
  SIZE_MALFORMED("chunk size missing or no hexadecimal number"),
  SIZE_TOO_LARGE("chunk size over 15 digits"),
  /** A line that ends in LF alone. */
  BARE_LF("chunk size line ended by LF alone"),
  /** CR that no LF follows. */
  BARE_CR("CR without LF in a chunk size line"),
  EXTENSION_MALFORMED("chunk extension malformed"),
  EXTENSIONS_TOO_LARGE("chunk extensions"),
  DATA_UNTERMINATED("chunk data not followed by CR LF");

  private final String why;

  ChunkFault(String why) {
    this.why = why;
  }

  /** The fault as a reader of framings throws it. */
  WireException thrown(ChunkLimits limits) {
    return this == EXTENSIONS_TOO_LARGE
        ? TooLong.outOfStep(why, limits.extensionOctets())
        : new Malformed(why);
  }
}
