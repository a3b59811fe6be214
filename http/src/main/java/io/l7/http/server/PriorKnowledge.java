package io.l7.http.server;

import io.l7.common.framing.WireReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Clients that know that HTTP/2 is spoken, and begin with it (RFC 9113 §3.3). */
final class PriorKnowledge {
  /** The first line of their preface, for servers of HTTP/1.1 to refuse. */
  private static final byte[] LINE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

  private PriorKnowledge() {}

  /** Whether that is what has come; it is not taken. */
  static boolean isIn(WireReader in) {
    int from = in.position();
    return in.buffered() >= LINE.length
        && Arrays.equals(in.buffer(), from, from + LINE.length, LINE, 0, LINE.length);
  }
}
