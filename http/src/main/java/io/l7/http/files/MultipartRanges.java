package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.semantics.ByteRanges;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * Several ranges in one answer: {@code multipart/byteranges} (RFC 9110 §14.6). Its length is known
 * beforehand. Immutable.
 */
public final class MultipartRanges {
  /** What boundaries and part heads may add to a file. */
  private static final long MOST_OVERHEAD = 4 << 10;

  private static final int BOUNDARY_OCTETS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  // New for each answer: who writes the content cannot write its boundary into it.
  private final String boundary = boundary();
  private final List<ByteRanges.Part> parts;
  private final List<byte[]> heads = new ArrayList<>();
  private final long total;
  private final byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
  private final long length;

  /**
   * The answer with these parts.
   *
   * @param parts in the order in which they are sent; two at least
   * @param total the length of the whole content in bytes
   * @param type of the whole content
   */
  public MultipartRanges(List<ByteRanges.Part> parts, long total, String type) {
    this.parts = List.copyOf(parts);
    this.total = total;
    long sum = end.length;
    for (ByteRanges.Part part : parts) {
      String head =
          (heads.isEmpty() ? "" : "\r\n")
              + "--"
              + boundary
              + "\r\nContent-Type: "
              + type
              + "\r\nContent-Range: "
              + part.contentRange(total)
              + "\r\n\r\n";
      heads.add(head.getBytes(StandardCharsets.ISO_8859_1));
      sum += heads.getLast().length + part.length();
    }
    length = sum;
  }

  private static String boundary() {
    var octets = new byte[BOUNDARY_OCTETS];
    RANDOM.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }

  /** The media type of the answer. */
  public String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /**
   * Whether it is longer than the whole and some framing: then the whole is the better answer (RFC
   * 9110 §15.3.7.2).
   */
  public boolean isExcessive() {
    return length > total + MOST_OVERHEAD;
  }

  Body body(byte[] octets) {
    return body((part, out) -> out.write(octets, (int) part.first(), (int) part.length()));
  }

  /** The file is opened when the content is sent. */
  Body body(Callable<FileChannel> file, DiskPool disk) {
    return written(
        out -> {
          try (FileChannel channel = disk.call(file)) {
            write(out, (part, to) -> FileAnswers.copy(channel, part, to, disk));
          }
        });
  }

  /** Content that is written part by part. */
  public Body body(PartWriter writer) {
    return written(out -> write(out, writer));
  }

  private Body written(Body.Writer writer) {
    return new Body.Written(writer, OptionalLong.of(length), () -> Fields.EMPTY);
  }

  /** Writes the content of one part. */
  @FunctionalInterface
  public interface PartWriter {
    /** Writes exactly the bytes of {@code part}. */
    void write(ByteRanges.Part part, OutputStream out) throws IOException;
  }

  private void write(OutputStream out, PartWriter writer) throws IOException {
    for (int i = 0; i < parts.size(); i++) {
      out.write(heads.get(i));
      writer.write(parts.get(i), out);
    }
    out.write(end);
  }
}
