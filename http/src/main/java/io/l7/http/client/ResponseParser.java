package io.l7.http.client;

import io.l7.common.framing.WireReader;
import io.l7.http.message.Status;
import io.l7.http.message.Version;
import io.l7.http.wire.FieldSection;
import io.l7.http.wire.Octets;
import io.l7.http.wire.Progress;
import io.l7.http.wire.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads the head of a response (RFC 9112 §4, §5), strictly: CR LF alone ends a line, no folded
 * lines, no space before a colon, no controls. Works on the reader's own bytes; the fields are
 * copied once, when they are complete.
 */
final class ResponseParser {
  private final ClientLimits limits;
  private final FieldSection section;

  ResponseParser(ClientLimits limits) {
    this.limits = limits;
    this.section = new FieldSection(limits.headBytes(), limits.fields(), Set.of());
  }

  /**
   * Reads one head, blocking. A stream that ends before its first byte is {@link
   * ClientException.BrokenOff} with no cause of a fault inside.
   */
  ResponseHead read(WireReader in) throws IOException {
    int length = awaitHead(in);
    ResponseHead head = parse(in.buffer(), in.position(), in.position() + length);
    in.advance(length);
    return head;
  }

  /** Waits for the empty line and returns the octets up to its end. */
  private int awaitHead(WireReader in) throws IOException {
    int scanned = 0;
    while (true) {
      byte[] buffer = in.buffer();
      int from = in.position();
      for (int i = from + scanned; i < in.limit(); i++) {
        if (buffer[i] != '\n') {
          continue;
        }
        if (i == from || buffer[i - 1] != '\r') {
          refuseEarly(in);
          throw new ClientException.BadResponse("bare LF in the response header");
        }
        if (i - from >= 3 && buffer[i - 2] == '\n') {
          return i + 1 - from;
        }
      }
      scanned = in.buffered();
      if (scanned > limits.headBytes()) {
        throw new ClientException.BadResponse(
            "a response header over " + limits.headBytes() + " bytes");
      }
      refuseEarly(in);
      if (in.fill() < 0) {
        throw scanned == 0
            ? new Silence()
            : new ClientException.BrokenOff(
                "the connection ended inside the response header",
                new IOException("end of stream"));
      }
    }
  }

  // What does not even begin like HTTP is refused before the whole limit has been waited for.
  private static void refuseEarly(WireReader in) throws ClientException.BadResponse {
    byte[] begin = {'H', 'T', 'T', 'P', '/', '1', '.'};
    for (int i = 0; i < Math.min(begin.length, in.buffered()); i++) {
      if (in.buffer()[in.position() + i] != begin[i]) {
        throw new ClientException.BadResponse("the server does not speak HTTP/1");
      }
    }
  }

  /**
   * The server closed the connection without a byte: on a kept connection, most likely before it
   * saw the request.
   */
  static final class Silence extends IOException {
    private static final long serialVersionUID = 1L;

    Silence() {
      super("the server closed the connection without an answer");
    }
  }

  private ResponseHead parse(byte[] buffer, int start, int limit) throws ClientException {
    int end = start;
    while (buffer[end] != '\r' && buffer[end] != '\n') {
      end++;
    }
    if (buffer[end] == '\n' || buffer[end + 1] != '\n') {
      throw new ClientException.BadResponse("bare CR or LF in the status line");
    }
    String line = new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    section.reset();
    if (section.parse(buffer, end + 2, limit) != Progress.COMPLETE) {
      Violation found = section.violation();
      throw new ClientException.BadResponse(
          "in the response header: " + found.label() + " (" + found.section() + ")");
    }
    return new ResponseHead(version(line), status(line), section.fields(buffer, end + 2));
  }

  /** {@code HTTP/1.1 200 OK}: the shape of the line, and its version. */
  private static Version version(String line) throws ClientException.BadResponse {
    if (line.length() < 12 || line.charAt(8) != ' ') {
      throw new ClientException.BadResponse("malformed status line");
    }
    if (!line.startsWith("HTTP/1.")) {
      throw new ClientException.BadResponse("the server does not speak HTTP/1");
    }
    return switch (line.charAt(7)) {
      case '1' -> Version.HTTP_1_1;
      case '0' -> Version.HTTP_1_0;
      default -> throw new ClientException.BadResponse("unknown minor version");
    };
  }

  private static Status status(String line) throws ClientException.BadResponse {
    int code = 0;
    for (char digit : line.substring(9, 12).toCharArray()) {
      if (digit < '0' || digit > '9') {
        throw new ClientException.BadResponse("malformed status code");
      }
      code = code * 10 + digit - '0';
    }
    // RFC 9110 §15: outside of this is invalid.
    if (code < 100 || code > 599) {
      throw new ClientException.BadResponse("status code " + code);
    }
    if (line.length() > 12 && line.charAt(12) != ' ') {
      throw new ClientException.BadResponse("malformed status line");
    }
    if (!line.chars().allMatch(c -> Octets.is((byte) c, Octets.FIELD))) {
      throw new ClientException.BadResponse("control character in the status line");
    }
    String reason = line.length() > 13 ? line.substring(13) : "";
    Status known = Status.of(code);
    return known.reason().equals(reason) ? known : new Status(code, reason);
  }
}
