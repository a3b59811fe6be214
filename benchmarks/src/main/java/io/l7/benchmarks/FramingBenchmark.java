package io.l7.benchmarks;

import io.l7.common.framing.ChunkLimits;
import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireReader;
import io.l7.common.framing.WireWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each framing over memory, read in portions of 8 KiB. Every method returns how many octets of
 * content it saw, so that a wrong one shows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FramingBenchmark {
  /** Octets of one portion: what the reader's buffer holds. */
  static final int PORTION = 8 * 1024;

  static final int LINES = 100;
  static final int BLOCK_LINES = 1_000;
  static final int CHUNKS = 16;
  static final int CHUNK_OCTETS = 4 * 1024;
  static final int DNS_OCTETS = 120;
  static final int BLOCK_OCTETS = 16 * 1024;

  private static final String COMMAND = "RCPT TO:<bob@hamburger.edu> NOTIFY=FAILURE,DELAY\r\n";
  private static final String TEXT =
      ".It is rather long, as lines of a mail are: some seventy characters.\r\n";

  private final WireReader lines = reader(octets(COMMAND));
  private final WireReader blocks = reader(octets(("." + TEXT).repeat(BLOCK_LINES) + ".\r\n"));
  private final WireReader chunked =
      reader(
          octets(
              (Integer.toHexString(CHUNK_OCTETS) + "\r\n" + "x".repeat(CHUNK_OCTETS) + "\r\n")
                      .repeat(CHUNKS)
                  + "0\r\n\r\n"));
  private final WireReader frames16 = reader(framed16());
  private final WireReader frames32 = reader(framed32());
  private final byte[] text = octets(TEXT.repeat(BLOCK_LINES));
  private final byte[] sink = new byte[PORTION];
  private final WireWriter out = new WireWriter(OutputStream.nullOutputStream());

  private static byte[] octets(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static WireReader reader(byte[] octets) {
    return new WireReader(new Repeated(octets, PORTION));
  }

  private static byte[] framed16() {
    var frame = new byte[2 + DNS_OCTETS];
    frame[1] = DNS_OCTETS;
    return frame;
  }

  private static byte[] framed32() {
    var frame = new byte[4 + BLOCK_OCTETS];
    frame[2] = BLOCK_OCTETS >>> 8;
    return frame;
  }

  /** 100 command lines of 50 octets. */
  @Benchmark
  public long line() throws IOException {
    long seen = 0;
    for (int i = 0; i < LINES; i++) seen += lines.line(512, LineEnds.STRICT).orElseThrow().length();
    return seen;
  }

  /** A mail of 1,000 lines, 70 kB, each with a stuffed dot, read and thrown away. */
  @Benchmark
  public long dotBlock() throws IOException {
    return blocks.dotBlock(Long.MAX_VALUE, OutputStream.nullOutputStream()).octets();
  }

  /** The same mail, stuffed and written. */
  @Benchmark
  public long dotStuff() throws IOException {
    var stuffer = out.dotBlock();
    stuffer.write(text);
    stuffer.finish();
    out.flush();
    return text.length;
  }

  /** A chunked body of 16 chunks of 4 KiB. */
  @Benchmark
  public long chunked() throws IOException {
    var body = chunked.chunked(ChunkLimits.defaults());
    long seen = 0;
    for (int count; (count = body.read(sink)) >= 0; ) seen += count;
    return seen;
  }

  /** 100 DNS messages of 120 octets behind two octets of length. */
  @Benchmark
  public long frame16() throws IOException {
    long seen = 0;
    for (int i = 0; i < LINES; i++) seen += frames16.frame16().orElseThrow().length;
    return seen;
  }

  /** A BitTorrent block of 16 KiB behind four octets of length. */
  @Benchmark
  public long frame32() throws IOException {
    return frames32.frame32(1 << 20).orElseThrow().length;
  }
}
