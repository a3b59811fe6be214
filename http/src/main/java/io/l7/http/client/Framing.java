package io.l7.http.client;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Version;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where the content of a response ends (RFC 9112 §6.3). What could be read in two ways is refused.
 */
sealed interface Framing {
  /** There is none. */
  record None() implements Framing {}

  /** So many bytes. */
  record Counted(long length) implements Framing {}

  /** Chunks. */
  record Chunked() implements Framing {}

  /** All that comes until the connection closes. */
  record UntilClose() implements Framing {}

  static Framing of(Method method, int status, Version version, Fields fields)
      throws ClientException.BadResponse {
    List<String> codings = fields.all(FieldNames.TRANSFER_ENCODING);
    List<String> lengths = fields.all(FieldNames.CONTENT_LENGTH);
    if (!codings.isEmpty() && !lengths.isEmpty()) {
      throw new ClientException.BadResponse("both Transfer-Encoding and Content-Length");
    }
    OptionalLong length = length(lengths);
    if (!codings.isEmpty()) {
      if (version != Version.HTTP_1_1) {
        throw new ClientException.BadResponse("Transfer-Encoding in " + version);
      }
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new ClientException.BadResponse(
            "Transfer-Encoding " + String.join(", ", codings) + " was not asked for");
      }
    }
    if (method.equals(Method.HEAD) || status < 200 || status == 204 || status == 304) {
      return new None();
    }
    if (!codings.isEmpty()) {
      return new Chunked();
    }
    return length.isPresent() ? new Counted(length.getAsLong()) : new UntilClose();
  }

  private static OptionalLong length(List<String> lengths) throws ClientException.BadResponse {
    if (lengths.isEmpty()) {
      return OptionalLong.empty();
    }
    if (lengths.size() > 1) {
      throw new ClientException.BadResponse(lengths.size() + " lines of Content-Length");
    }
    String digits = lengths.getFirst();
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new ClientException.BadResponse("Content-Length is no number");
    }
    return OptionalLong.of(Long.parseLong(digits));
  }
}
