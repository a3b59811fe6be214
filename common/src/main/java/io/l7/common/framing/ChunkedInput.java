package io.l7.common.framing;

import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of a chunked body (RFC 9112 §7.1) as {@link ChunkFraming} takes it. Trailer lines are
 * kept as they came.
 */
public final class ChunkedInput extends InputStream {
  private final WireReader in;
  private final ChunkLimits limits;
  private final ChunkFraming framing;
  private final List<Line> trailers = new ArrayList<>();
  private boolean ended;

  ChunkedInput(WireReader in, ChunkLimits limits) {
    this.in = in;
    this.limits = limits;
    this.framing = new ChunkFraming(limits.extensionOctets());
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
    if (ended || !reachData()) return -1;
    int count = in.read(target, offset, (int) Math.min(length, framing.remaining()));
    if (count < 0) throw new Truncated("a chunk, " + framing.remaining() + " octets missing");
    framing.consumed(count);
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(framing.remaining(), in.buffered());
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

  /** Goes over framing until there is data; false at the end, behind the trailer section. */
  private boolean reachData() throws IOException {
    while (!framing.isInData()) {
      if (framing.isAtTrailer()) {
        readTrailers();
        ended = true;
        return false;
      }
      if (in.buffered() == 0 && in.fill() < 0) throw new Truncated("a chunked body");
      in.advance(framing.advance(in.buffer(), in.position(), in.limit()) - in.position());
      if (framing.fault().isPresent()) throw framing.fault().get().thrown(limits);
    }
    return true;
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
}
