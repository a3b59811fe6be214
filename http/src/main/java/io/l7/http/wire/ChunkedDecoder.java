package io.l7.http.wire;

import io.l7.common.framing.ChunkFault;
import io.l7.common.framing.ChunkFraming;
import io.l7.http.message.Fields;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes chunked content (RFC 9112 §7.1) with its trailer section from bytes as they come. {@link
 * #advance} eats framing and stops where data begins; the caller takes data and tells how much.
 *
 * <p>As strict as {@link ChunkFraming}; and no framing or routing fields in the trailer.
 */
public final class ChunkedDecoder {
  private final HttpLimits limits;
  private final ChunkFraming framing;
  private @Nullable Trailer trailer;

  public ChunkedDecoder(HttpLimits limits) {
    this.limits = limits;
    this.framing = new ChunkFraming(limits.chunkExtensionBytes());
  }

  /** Whether data follows at the position {@link #advance} returned. */
  public boolean isInData() {
    return framing.isInData();
  }

  /** Whether the whole body, with its trailer, is behind. */
  public boolean isDone() {
    return trailer != null && trailer.done;
  }

  /** The bytes of data left in the chunk in hand. */
  public long remaining() {
    return framing.remaining();
  }

  /** The trailer; empty before {@link #isDone}. */
  public Fields trailers() {
    return trailer == null ? Fields.EMPTY : trailer.fields;
  }

  /** Tells that this many bytes of data have been taken. */
  public void consumed(long bytes) {
    framing.consumed(bytes);
  }

  /**
   * Goes over framing.
   *
   * @return the position behind what was eaten: of data, of the end, or the limit where more bytes
   *     are needed
   */
  public int advance(byte[] buffer, int position, int limit) throws ViolationException {
    int at = framing.advance(buffer, position, limit);
    if (framing.fault().isPresent()) {
      throw new ViolationException(violation(framing.fault().get()));
    }
    return framing.isAtTrailer() && at < limit && !isDone() ? trailer(buffer, at, limit) : at;
  }

  private static Violation violation(ChunkFault fault) {
    return switch (fault) {
      case SIZE_MALFORMED -> Violation.CHUNK_SIZE_MALFORMED;
      case SIZE_TOO_LARGE -> Violation.CHUNK_SIZE_TOO_LARGE;
      case BARE_LF -> Violation.BARE_LF;
      case BARE_CR -> Violation.BARE_CR;
      case EXTENSION_MALFORMED -> Violation.CHUNK_EXTENSION_MALFORMED;
      case EXTENSIONS_TOO_LARGE -> Violation.CHUNK_EXTENSIONS_TOO_LARGE;
      case DATA_UNTERMINATED -> Violation.CHUNK_DATA_UNTERMINATED;
    };
  }

  private int trailer(byte[] buffer, int position, int limit) throws ViolationException {
    if (trailer == null) {
      trailer = new Trailer(limits);
    }
    return trailer.take(buffer, position, limit);
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
      fields = section.fields(bytes, 0);
      refuseFraming();
      done = true;
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
