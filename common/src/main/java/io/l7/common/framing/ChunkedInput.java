package io.l7.common.framing;

import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of a chunked body (RFC 9112 §7.1), strict: CR LF alone ends a line, a size is 1 to 16
 * hexadecimal digits and nothing else, an extension has a name. Trailer lines are kept as they
 * came.
 */
public final class ChunkedInput extends InputStream {
  private static final int MAX_SIZE_DIGITS = 16;

  private final WireReader in;
  private final ChunkLimits limits;
  private final List<Line> trailers = new ArrayList<>();
  private long remaining;
  private int extensionOctets;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(WireReader in, ChunkLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /** Whether the last chunk and the trailer section were read. */
  public boolean ended() {
    return ended;
  }

  /** The lines of the trailer section, complete once {@link #ended()}. */
  public List<Line> trailers() {
    return List.copyOf(trailers);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (remaining == 0 && !nextChunk()) return -1;
    int count = in.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) throw new Truncated("a chunk, " + remaining + " octets missing");
    remaining -= count;
    if (remaining == 0) expectLineEnd();
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(remaining, in.buffered());
  }

  /**
   * Reads and throws away what is left, if that is at most {@code most} octets of data.
   *
   * @return whether the stream is in step now
   */
  public boolean drain(long most) throws IOException {
    var scratch = new byte[4096];
    long seen = 0;
    while (!ended) {
      int count = read(scratch, 0, scratch.length);
      if (count > 0) seen += count;
      if (seen > most) return false;
    }
    return true;
  }

  private boolean nextChunk() throws IOException {
    if (ended) return false;
    remaining = size();
    first = false;
    if (remaining > 0) return true;
    readTrailers();
    ended = true;
    return false;
  }

  private long size() throws IOException {
    long size = 0;
    int digits = 0;
    while (true) {
      int octet = octet();
      int digit = hex(octet);
      if (digit < 0) {
        if (digits == 0)
          throw new Malformed(first ? "chunk size missing" : "chunk size missing after a chunk");
        extensions(octet);
        return size;
      }
      if (++digits > MAX_SIZE_DIGITS || size > Long.MAX_VALUE >>> 4)
        throw new Malformed("chunk size over 16 digits");
      size = (size << 4) | digit;
    }
  }

  /**
   * {@code *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) CRLF}, with no BWS taken.
   */
  private void extensions(int octet) throws IOException {
    while (octet == ';') {
      extensionOctets++;
      octet = token();
      if (octet == '=') {
        octet = in.peek() == '"' ? quoted() : token();
      }
    }
    if (octet != '\r' || octet() != '\n') throw new Malformed("chunk size line");
  }

  /** Reads a token of at least one octet and returns the octet behind it. */
  private int token() throws IOException {
    int length = 0;
    while (true) {
      int octet = octet();
      if (!isTokenOctet(octet)) {
        if (length == 0) throw new Malformed("empty name in a chunk extension");
        return octet;
      }
      length++;
      countExtensionOctet();
    }
  }

  private int quoted() throws IOException {
    octet();
    while (true) {
      countExtensionOctet();
      int octet = octet();
      if (octet == '"') return octet();
      if (octet == '\\') octet = octet();
      if ((octet < ' ' && octet != '\t') || octet == 0x7f)
        throw new Malformed("control in a chunk extension");
    }
  }

  private void countExtensionOctet() throws TooLong {
    if (++extensionOctets > limits.extensionOctets())
      throw TooLong.outOfStep("chunk extensions", limits.extensionOctets());
  }

  private void readTrailers() throws IOException {
    int octets = 0;
    while (true) {
      int left = limits.trailerOctets() - octets;
      if (left < 2) throw TooLong.outOfStep("trailer section", limits.trailerOctets());
      var line =
          in.line(left, LineEnds.STRICT).orElseThrow(() -> new Truncated("a trailer section"));
      if (line.length() == 0) return;
      octets += line.length() + 2;
      if (trailers.size() == limits.trailerFields())
        throw TooLong.outOfStep("trailer section", limits.trailerOctets());
      trailers.add(line);
    }
  }

  private void expectLineEnd() throws IOException {
    if (octet() != '\r' || octet() != '\n') throw new Malformed("chunk data not followed by CR LF");
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) throw new Truncated("a chunked body");
    return octet;
  }

  private static int hex(int octet) {
    if (octet >= '0' && octet <= '9') return octet - '0';
    int lower = octet | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static boolean isTokenOctet(int octet) {
    return octet > ' ' && octet < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(octet) < 0;
  }
}
