package io.l7.http.server;

import io.l7.common.framing.BufferPool;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.framing.WireWriter;
import io.l7.common.net.Connection;
import io.l7.common.net.Scope;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.message.Version;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Puts answers on the wire (RFC 9112 §4, §6): head, framing that follows from body and version,
 * content. Head and small content leave in one write.
 */
final class ResponseWriter {
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = ascii("Connection: upgrade\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n");
  private static final int COPY_BYTES = 16 << 10;

  /** A size in hexadecimal digits and two line ends, with some room. */
  private static final int CHUNK_FRAMING_BYTES = 16;

  private final Connection connection;
  private final WireWriter out;
  private final HttpLimits limits;
  private final DateLine date;
  private final FileSender files;
  private long contentBytes;

  ResponseWriter(Connection connection, HttpLimits limits, DateLine date) {
    this.connection = connection;
    this.out = connection.out();
    this.limits = limits;
    this.date = date;
    this.files = new FileSender(connection, limits.writeTime());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes of content of the last answer that were sent, or were to be when it broke off. */
  long contentBytes() {
    return contentBytes;
  }

  /**
   * Whether the end of this answer can be told only by closing (RFC 9112 §6.3): content of unknown
   * length for an HTTP/1.0 client.
   */
  static boolean isDelimitedByClose(Response response, Method method, Version version) {
    return version == Version.HTTP_1_0
        && response.body().length().isEmpty()
        && !method.equals(Method.HEAD)
        && !response.status().isWithoutContent();
  }

  /** A client that takes nothing for too long is cut. */
  private Scope clientReads() {
    return connection.within(limits.writeTime(), "the client to read");
  }

  /** Writes an interim answer and sends it (RFC 9110 §15.2). */
  void interim(Response response) throws IOException {
    try (var _ = clientReads()) {
      statusLine(response);
      fieldLines(response.fields());
      out.write(CRLF);
      out.flush();
    }
  }

  /**
   * Writes an answer; small ones stay in the buffer, for the caller to flush.
   *
   * @throws IOException the client is gone or too slow, or the content ended early: the connection
   *     must be closed at once
   */
  void write(Response response, Method method, Version version, Persistence persistence)
      throws IOException {
    contentBytes = 0;
    boolean withoutContent = response.status().isWithoutContent() || method.equals(Method.HEAD);
    OptionalLong length = response.body().length();
    boolean chunked = length.isEmpty() && version != Version.HTTP_1_0 && !withoutContent;
    try (var _ = clientReads()) {
      head(response, method, length, chunked);
      connectionOption(response, version, persistence);
      out.write(CRLF);
    }
    if (!withoutContent) {
      content(response.body(), chunked);
    }
  }

  private void head(Response response, Method method, OptionalLong length, boolean chunked)
      throws IOException {
    byte[] prepared = response.preparedHead();
    if (prepared.length > 0) {
      out.write(prepared);
    } else {
      statusLine(response);
      fieldLines(response.fields());
      framing(response, method, length, chunked);
    }
    if (!response.fields().contains(FieldNames.DATE)) {
      out.write(date.bytes());
    }
  }

  private void statusLine(Response response) throws IOException {
    int code = response.status().code();
    out.latin1("HTTP/1.1 ");
    out.write('0' + code / 100);
    out.write('0' + code / 10 % 10);
    out.write('0' + code % 10);
    out.write(' ');
    out.latin1(response.status().reason());
    out.write(CRLF);
  }

  private void fieldLines(Fields fields) throws IOException {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (!isFraming(name)) {
        out.latin1(name);
        out.latin1(": ");
        out.latin1(fields.value(i));
        out.write(CRLF);
      }
    }
  }

  private static boolean isFraming(String name) {
    return switch (name.length()) {
      case 10 ->
          name.equalsIgnoreCase(FieldNames.CONNECTION)
              || name.equalsIgnoreCase(FieldNames.KEEP_ALIVE);
      case 14 -> name.equalsIgnoreCase(FieldNames.CONTENT_LENGTH);
      case 17 -> name.equalsIgnoreCase(FieldNames.TRANSFER_ENCODING);
      default -> false;
    };
  }

  private void framing(Response response, Method method, OptionalLong length, boolean chunked)
      throws IOException {
    int code = response.status().code();
    if (chunked) {
      out.write(CHUNKED);
    } else if (code == 304 || method.equals(Method.HEAD)) {
      // RFC 9110 §8.6: what GET would have said, where it is known.
      OptionalLong told = response.fields().firstNumber(FieldNames.CONTENT_LENGTH);
      if (told.isPresent() && length.orElse(0) == 0) {
        contentLength(told.getAsLong());
      } else if (length.isPresent() && code != 304 && code >= 200 && code != 204) {
        contentLength(length.getAsLong());
      }
    } else if (length.isPresent() && code >= 200 && code != 204) {
      contentLength(length.getAsLong());
    }
  }

  private void contentLength(long length) throws IOException {
    out.latin1("Content-Length: ");
    out.latin1(Long.toString(length));
    out.write(CRLF);
  }

  private void connectionOption(Response response, Version version, Persistence persistence)
      throws IOException {
    if (response.conversation().isPresent()) {
      out.write(UPGRADE);
    } else if (persistence == Persistence.CLOSE) {
      out.write(CLOSE);
    } else if (version == Version.HTTP_1_0) {
      out.write(KEEP_ALIVE);
    }
  }

  private void content(Body body, boolean chunked) throws IOException {
    switch (body) {
      case Body.Empty _ -> {}
      case Body.Bytes bytes -> {
        if (out.pending() + bytes.count() <= BufferPool.SIZE) {
          out.write(bytes.array(), bytes.offset(), bytes.count());
          contentBytes = bytes.count();
        } else {
          files.send(bytes, this::sent);
        }
      }
      case Body.Region region -> files.send(region, this::sent);
      case Body.Memory memory -> files.send(memory, this::sent);
      case Body.Stream stream -> {
        var content = new ContentOutput(this, chunked, stream.length());
        copy(stream.in(), content, stream.length());
        finish(content, body, chunked);
      }
      case Body.Written written -> {
        var content = new ContentOutput(this, chunked, written.length());
        try {
          written.writer().write(content);
        } finally {
          connection.whenDraining(ResponseWriter::nothing);
        }
        finish(content, body, chunked);
      }
    }
  }

  /** Runs a task when the server wants to stop, as long as the content is being written. */
  void whenDraining(Runnable task) {
    connection.whenDraining(() -> Thread.ofVirtual().name("drain-" + connection.id()).start(task));
  }

  /** Whether the client has not ended its side; what it says meanwhile is kept. */
  boolean peerIsThere() throws IOException {
    return connection.isPeerThere();
  }

  private static void nothing() {}

  private void sent(long bytes) {
    contentBytes += bytes;
  }

  private void copy(InputStream in, ContentOutput content, OptionalLong length) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    long left = length.orElse(Long.MAX_VALUE);
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        break;
      }
      content.write(buffer, 0, count);
      // What comes slowly is passed on at once; what comes fast is gathered.
      if (count < buffer.length) {
        content.flush();
      }
      left -= count;
    }
  }

  /**
   * Whoever made an answer may have left the thread interrupted, which would close the connection
   * where it next waits, and means nothing for it.
   */
  static void endInterrupt() {
    boolean _ = Thread.interrupted();
  }

  private void finish(ContentOutput content, Body body, boolean chunked) throws IOException {
    endInterrupt();
    content.end();
    if (body.length().isPresent() && body.length().getAsLong() != content.count()) {
      throw new Truncated("an answer of " + body.length().getAsLong() + " bytes");
    }
    if (chunked) {
      Fields trailers = body.trailers();
      try (var _ = clientReads()) {
        out.write(LAST_CHUNK);
        fieldLines(trailers);
        out.write(CRLF);
      }
    }
  }

  /** Writes content that is ready for the wire; a client that takes nothing for too long is cut. */
  void raw(byte[] bytes, int offset, int length, boolean chunked) throws IOException {
    if (out.pending() + length + CHUNK_FRAMING_BYTES <= BufferPool.SIZE) {
      put(bytes, offset, length, chunked);
      sent(length);
    } else {
      files.inWindows(
          length,
          (from, count) -> put(bytes, offset + (int) from, (int) count, chunked),
          this::sent);
    }
  }

  private void put(byte[] bytes, int offset, int length, boolean chunked) throws IOException {
    if (chunked) {
      out.chunk(bytes, offset, length);
    } else {
      out.write(bytes, offset, length);
    }
  }

  /** Sends what is pending; a client that takes nothing for too long is cut. */
  void flush() throws IOException {
    if (out.pending() > 0) {
      try (var _ = clientReads()) {
        out.flush();
      }
    } else {
      out.flush();
    }
  }
}
