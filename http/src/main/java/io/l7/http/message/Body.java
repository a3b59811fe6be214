package io.l7.http.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The content of a message, to be read or sent once ({@link Empty} and {@link Bytes}: any number of
 * times).
 *
 * <p>Whoever sends or drops a body closes it; closing releases what stands behind it (a file, an
 * upstream connection).
 */
public sealed interface Body extends AutoCloseable {
  /** No content. */
  static Body empty() {
    return Empty.INSTANCE;
  }

  /** Whether it may be read or sent more than once. */
  default boolean isRepeatable() {
    return this instanceof Empty || this instanceof Bytes;
  }

  /** The number of bytes, where it is known before the first is sent. */
  OptionalLong length();

  /**
   * The content as a stream; for one reader. A read fails with an {@link IOException} where the
   * message ends early or is malformed.
   */
  InputStream open() throws IOException;

  /** Writes the whole content; blocks while the receiver is slow. */
  default void writeTo(OutputStream out) throws IOException {
    try (InputStream in = open()) {
      in.transferTo(out);
    }
  }

  /**
   * The field lines behind the content (RFC 9110 §6.5); for a received body complete only once it
   * was read to its end.
   */
  default Fields trailers() {
    return Fields.EMPTY;
  }

  /**
   * Reads the whole content into memory.
   *
   * @param limit in bytes; more is answered with 413 (Content Too Large)
   */
  default byte[] bytes(int limit) throws IOException {
    if (length().orElse(0) > limit) {
      throw tooLarge(limit);
    }
    try (InputStream in = open()) {
      byte[] content = in.readNBytes(limit);
      if (content.length == limit && in.read() >= 0) {
        throw tooLarge(limit);
      }
      return content;
    }
  }

  /** The whole content as UTF-8; see {@link #bytes(int)}. */
  default String text(int limit) throws IOException {
    return new String(bytes(limit), StandardCharsets.UTF_8);
  }

  private static StatusException tooLarge(int limit) {
    return new StatusException(Status.CONTENT_TOO_LARGE, "the content is over " + limit + " bytes");
  }

  /** Releases what stands behind the body; never throws. */
  @Override
  default void close() {}

  static Body of(byte[] content) {
    return content.length == 0 ? empty() : new Bytes(content, 0, content.length);
  }

  static Body of(String utf8) {
    return of(utf8.getBytes(StandardCharsets.UTF_8));
  }

  /** A stream of unknown length; chunked where the version can. */
  static Body of(InputStream content) {
    return new Stream(content, OptionalLong.empty(), () -> Fields.EMPTY);
  }

  /**
   * A stream of so many bytes. One that ends early breaks the connection off; what is longer is
   * cut.
   */
  static Body of(InputStream content, long length) {
    return new Stream(content, OptionalLong.of(length), () -> Fields.EMPTY);
  }

  /** Content that a callback writes while it is sent. */
  static Body of(Writer writer) {
    return new Written(writer, OptionalLong.empty(), () -> Fields.EMPTY);
  }

  /**
   * A part of an open file, closed after it. Sent without passing through Java's memory where the
   * connection is plain.
   */
  static Body of(FileChannel file, long position, long length) {
    return new Region(file, Optional.empty(), position, length, file);
  }

  /**
   * Writes content; each {@link OutputStream#flush} sends what is written so far. Blocks while the
   * receiver is slow.
   */
  @FunctionalInterface
  interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** No content. */
  record Empty() implements Body {
    private static final Empty INSTANCE = new Empty();

    @Override
    public OptionalLong length() {
      return OptionalLong.of(0);
    }

    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }
  }

  /** A part of an array, not copied: it must not change any more. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody; the array is the point.
  record Bytes(byte[] array, int offset, int count) implements Body {
    public Bytes {
      Objects.checkFromIndexSize(offset, count, array.length);
    }

    @Override
    public OptionalLong length() {
      return OptionalLong.of(count);
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(array, offset, count);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(array, offset, count);
    }

    @Override
    public byte[] bytes(int limit) {
      if (count > limit) {
        throw tooLarge(limit);
      }
      return Arrays.copyOfRange(array, offset, offset + count);
    }
  }

  /**
   * Part of a file. {@link #open} reads on the calling thread.
   *
   * @param mapped the whole file, if it is mapped until the holder is closed; not to be read by
   *     Java, for which a file that shrinks is a fault of memory
   * @param holder what is closed with the body: the file, or this body's share in it
   */
  record Region(
      FileChannel file, Optional<MemorySegment> mapped, long position, long count, Closeable holder)
      implements Body {
    @Override
    public OptionalLong length() {
      return OptionalLong.of(count);
    }

    @Override
    public InputStream open() {
      return new RegionInputStream(this);
    }

    @Override
    public void close() {
      try {
        holder.close();
      } catch (IOException _) {
        // Only read from: nothing is lost.
      }
    }
  }

  /**
   * Octets outside of Java's heap, from position to limit, for one reader.
   *
   * @param holder what is closed with the body: this body's share in the memory
   */
  record Memory(ByteBuffer octets, Closeable holder) implements Body {
    @Override
    public OptionalLong length() {
      return OptionalLong.of(octets.remaining());
    }

    @Override
    public InputStream open() {
      return new MemoryInputStream(this);
    }

    @Override
    public void close() {
      try {
        holder.close();
      } catch (IOException _) {
        // Only read from: nothing is lost.
      }
    }
  }

  /** A stream. Closing the body closes it. */
  record Stream(InputStream in, OptionalLong length, Supplier<Fields> trailing) implements Body {
    @Override
    public InputStream open() {
      return in;
    }

    @Override
    public Fields trailers() {
      return trailing.get();
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException _) {
        // The reader has seen the fault or did not want the rest.
      }
    }
  }

  /** Content written by a callback, with trailers that are asked for after it. */
  record Written(Writer writer, OptionalLong length, Supplier<Fields> trailing) implements Body {
    @Override
    public InputStream open() throws IOException {
      var out = new ByteArrayOutputStream();
      writer.write(out);
      return new ByteArrayInputStream(out.toByteArray());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      writer.write(out);
    }

    @Override
    public Fields trailers() {
      return trailing.get();
    }
  }
}
