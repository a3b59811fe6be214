package io.l7.http.client;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import io.l7.http.message.Version;

/** A status line and its field lines. */
record ResponseHead(Version version, Status status, Fields fields) {
  /** Whether the server will take another request on the connection (RFC 9112 §9.3). */
  boolean keepsConnection() {
    if (fields.hasToken(FieldNames.CONNECTION, "close")) {
      return false;
    }
    return version == Version.HTTP_1_1 || fields.hasToken(FieldNames.CONNECTION, "keep-alive");
  }
}
