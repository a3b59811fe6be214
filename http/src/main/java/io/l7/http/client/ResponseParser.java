package io.l7.http.client;

import io.l7.common.framing.WireReader;
import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import io.l7.http.message.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the head of a response (RFC 9112 §4, §5), strictly: CR LF alone ends a line, no folded
 * lines, no space before a colon, no controls. Works on the reader's own bytes; the head is copied
 * once, when it is complete.
 */
final class ResponseParser {
  private static final int SPANS_AT_FIRST = 16 * 4;

  private final ClientLimits limits;

  ResponseParser(ClientLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads one head, blocking. A stream that ends before its first byte is {@link
   * ClientException.BrokenOff} with no cause of a fault inside.
   */
  ResponseHead read(WireReader in) throws IOException {
    int length = awaitHead(in);
    int start = in.position();
    byte[] head = Arrays.copyOfRange(in.buffer(), start, start + length);
    in.advance(length);
    return parse(head);
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

  private ResponseHead parse(byte[] head) throws ClientException.BadResponse {
    int end = lineEnd(head, 0);
    // HTTP/1.1 200 OK
    if (end < 12 || head[8] != ' ' || (end > 12 && head[12] != ' ')) {
      throw new ClientException.BadResponse("malformed status line");
    }
    for (int i = 0; i < 7; i++) {
      if (head[i] != "HTTP/1.".charAt(i)) {
        throw new ClientException.BadResponse("the server does not speak HTTP/1");
      }
    }
    Version version =
        switch (head[7]) {
          case '1' -> Version.HTTP_1_1;
          case '0' -> Version.HTTP_1_0;
          default -> throw new ClientException.BadResponse("unknown minor version");
        };
    int code = 0;
    for (int i = 9; i < 12; i++) {
      int digit = head[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new ClientException.BadResponse("malformed status code");
      }
      code = code * 10 + digit;
    }
    if (code < 100 || code > 599) {
      throw new ClientException.BadResponse(
          "status code " + code); // RFC 9110 §15: outside is invalid
    }
    for (int i = 12; i < end; i++) {
      if (!isFieldOctet(head[i])) {
        throw new ClientException.BadResponse("control character in the status line");
      }
    }
    String reason = end > 13 ? new String(head, 13, end - 13, StandardCharsets.ISO_8859_1) : "";
    Status known = Status.of(code);
    return new ResponseHead(
        version,
        known.reason().equals(reason) ? known : new Status(code, reason),
        fields(head, end + 2));
  }

  private Fields fields(byte[] head, int from) throws ClientException.BadResponse {
    int[] spans = new int[SPANS_AT_FIRST];
    int count = 0;
    int at = from;
    while (true) {
      int end = lineEnd(head, at);
      if (end == at) {
        return Fields.ofWire(head, spans, count);
      }
      if (count == limits.fields()) {
        throw new ClientException.BadResponse("over " + limits.fields() + " field lines");
      }
      if (4 * count == spans.length) {
        spans = Arrays.copyOf(spans, spans.length * 2);
      }
      field(head, at, end, spans, 4 * count++);
      at = end + 2;
    }
  }

  private static void field(byte[] head, int start, int end, int[] spans, int slot)
      throws ClientException.BadResponse {
    int colon = start;
    while (colon < end && isTokenOctet(head[colon])) {
      colon++;
    }
    if (colon == start || colon == end || head[colon] != ':') {
      throw new ClientException.BadResponse(
          "malformed field line"); // also a folded one and a space before the colon
    }
    int valueStart = colon + 1;
    while (valueStart < end && isBlank(head[valueStart])) {
      valueStart++;
    }
    int valueEnd = end;
    while (valueEnd > valueStart && isBlank(head[valueEnd - 1])) {
      valueEnd--;
    }
    for (int i = valueStart; i < valueEnd; i++) {
      if (!isFieldOctet(head[i])) {
        throw new ClientException.BadResponse("control character in a field value");
      }
    }
    spans[slot] = start;
    spans[slot + 1] = colon;
    spans[slot + 2] = valueStart;
    spans[slot + 3] = valueEnd;
  }

  private static int lineEnd(byte[] head, int from) throws ClientException.BadResponse {
    for (int i = from; i < head.length - 1; i++) {
      if (head[i] == '\r' && head[i + 1] == '\n') {
        return i;
      }
      if (head[i] == '\r' || head[i] == '\n') {
        break;
      }
    }
    throw new ClientException.BadResponse("bare CR or LF in the response header");
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean isFieldOctet(byte b) {
    return (b >= ' ' && b != 0x7f) || b == '\t' || b < 0;
  }

  private static boolean isTokenOctet(byte b) {
    return b > ' ' && b < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(b) < 0;
  }
}
