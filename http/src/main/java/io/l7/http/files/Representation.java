package io.l7.http.files;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.semantics.Coding;
import io.l7.http.semantics.EntityTag;
import io.l7.http.semantics.Validators;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A file in one content coding, ready to be sent.
 *
 * @param fields of its 200, without those of framing
 * @param validators for conditions
 * @param content where it comes from
 */
record Representation(Fields fields, Validators validators, Content content, Response whole) {
  /** Where the octets are. */
  sealed interface Content {}

  /** In memory. */
  record Held(byte[] octets) implements Content {}

  /** In a file, as it is there. */
  record Stored(FileState state) implements Content {}

  /** Compressed while it is sent; length unknown, no ranges. */
  record Compressed(FileState state) implements Content {}

  static Representation of(
      Content content,
      Optional<Instant> modified,
      EntityTag tag,
      String type,
      Coding coding,
      Negotiation negotiation) {
    var fields = Fields.builder().add(FieldNames.CONTENT_TYPE, type);
    modified.ifPresent(at -> fields.add(FieldNames.LAST_MODIFIED, HttpDate.format(at)));
    fields.add(FieldNames.ETAG, tag.toString());
    if (coding != Coding.IDENTITY) {
      fields.add(FieldNames.CONTENT_ENCODING, coding.token());
    }
    if (negotiation == Negotiation.CODING) {
      fields.add(FieldNames.VARY, FieldNames.ACCEPT_ENCODING);
    }
    if (!(content instanceof Compressed)) {
      fields.add(FieldNames.ACCEPT_RANGES, "bytes");
    }
    Fields built = fields.build();
    var validators = new Validators(Optional.of(tag), modified);
    return new Representation(built, validators, content, whole(built, content));
  }

  /** Whether other codings of the same file exist. */
  enum Negotiation {
    NONE,
    CODING
  }

  private static Response whole(Fields fields, Content content) {
    if (!(content instanceof Held held)) {
      return Response.of(Status.OK, fields, Body.empty());
    }
    var head = new StringBuilder("HTTP/1.1 200 OK\r\n");
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(held.octets().length).append("\r\n");
    return Response.of(Status.OK, fields, Body.of(held.octets()))
        .prepared(head.toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
