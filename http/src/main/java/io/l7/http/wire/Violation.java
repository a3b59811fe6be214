package io.l7.http.wire;

import io.l7.http.message.Status;
import java.util.Locale;

/**
 * A way to break RFC 9112 or a limit of ours, with its section and the answer it gets. Each is
 * refused unless it is waived; {@link #isWaivable waivable} are those whose repair the standard
 * itself describes.
 */
public enum Violation {
  /** A line that ends in LF alone. */
  BARE_LF("RFC 9112 §2.2", Status.BAD_REQUEST, Waiver.ALLOWED),
  /** CR that no LF follows. */
  BARE_CR("RFC 9112 §2.2", Status.BAD_REQUEST),
  /** NUL, DEL or another control. */
  CONTROL_CHARACTER("RFC 9110 §5.5", Status.BAD_REQUEST),
  MALFORMED_REQUEST_LINE("RFC 9112 §3", Status.BAD_REQUEST),
  MALFORMED_STATUS_LINE("RFC 9112 §4", Status.BAD_GATEWAY),
  METHOD_TOO_LONG("RFC 9112 §3", Status.NOT_IMPLEMENTED),
  MALFORMED_TARGET("RFC 9112 §3.2", Status.BAD_REQUEST),
  TARGET_TOO_LONG("RFC 9112 §3", Status.URI_TOO_LONG),
  MALFORMED_VERSION("RFC 9112 §2.3", Status.BAD_REQUEST),
  VERSION_NOT_SUPPORTED("RFC 9110 §2.5", Status.HTTP_VERSION_NOT_SUPPORTED),
  /** No colon, an empty name, or a name that is no token. */
  MALFORMED_FIELD_LINE("RFC 9112 §5", Status.BAD_REQUEST),
  SPACE_BEFORE_COLON("RFC 9112 §5.1", Status.BAD_REQUEST),
  /**
   * A line that begins with whitespace: folded, or before the first field. Waived: becomes a space
   * in the value before it.
   */
  FOLDED_LINE("RFC 9112 §5.2", Status.BAD_REQUEST, Waiver.ALLOWED),
  HEAD_TOO_LARGE("RFC 6585 §5", Status.REQUEST_HEADER_FIELDS_TOO_LARGE),
  TOO_MANY_FIELDS("RFC 6585 §5", Status.REQUEST_HEADER_FIELDS_TOO_LARGE),
  HOST_MISSING("RFC 9112 §3.2", Status.BAD_REQUEST),
  HOST_REPEATED("RFC 9112 §3.2", Status.BAD_REQUEST),
  HOST_MALFORMED("RFC 9112 §3.2", Status.BAD_REQUEST),
  HOST_EMPTY("RFC 9110 §7.2", Status.BAD_REQUEST, Waiver.ALLOWED),
  LENGTH_MALFORMED("RFC 9112 §6.3", Status.BAD_REQUEST),
  LENGTH_CONFLICTING("RFC 9112 §6.3", Status.BAD_REQUEST),
  /** More than one Content-Length line, all the same. */
  LENGTH_REPEATED("RFC 9110 §8.6", Status.BAD_REQUEST, Waiver.ALLOWED),
  LENGTH_WITH_CODING("RFC 9112 §6.1", Status.BAD_REQUEST),
  CODING_MALFORMED("RFC 9112 §6.1", Status.BAD_REQUEST),
  /** The last transfer coding of a request is not {@code chunked}, or chunked is applied twice. */
  CODING_NOT_CHUNKED("RFC 9112 §6.3", Status.BAD_REQUEST),
  CODING_UNKNOWN("RFC 9112 §6.1", Status.NOT_IMPLEMENTED),
  CODING_IN_HTTP_1_0("RFC 9112 §6.1", Status.BAD_REQUEST),
  EXPECTATION_UNKNOWN("RFC 9110 §10.1.1", Status.EXPECTATION_FAILED),
  CHUNK_SIZE_MALFORMED("RFC 9112 §7.1", Status.BAD_REQUEST),
  CHUNK_SIZE_TOO_LARGE("RFC 9112 §7.1", Status.BAD_REQUEST),
  CHUNK_EXTENSION_MALFORMED("RFC 9112 §7.1.1", Status.BAD_REQUEST),
  CHUNK_EXTENSIONS_TOO_LARGE("RFC 9112 §7.1.1", Status.BAD_REQUEST),
  CHUNK_DATA_UNTERMINATED("RFC 9112 §7.1", Status.BAD_REQUEST),
  /** A field that frames or routes the message, behind it. */
  TRAILER_FORBIDDEN("RFC 9110 §6.5.1", Status.BAD_REQUEST),
  CONTENT_TOO_LARGE("RFC 9110 §15.5.14", Status.CONTENT_TOO_LARGE),
  /** What comes first where HTTPS is spoken is no handshake. */
  WITHOUT_TLS("RFC 9110 §4.2.2", Status.BAD_REQUEST);

  private enum Waiver {
    ALLOWED,
    NEVER
  }

  private final String section;
  private final int answer;
  private final Waiver waiver;

  Violation(String section, Status answer) {
    this(section, answer, Waiver.NEVER);
  }

  Violation(String section, Status answer, Waiver waiver) {
    this.section = section;
    this.answer = answer.code();
    this.waiver = waiver;
  }

  /** Where the standard says so: {@code RFC 9112 §2.2}. */
  public String section() {
    return section;
  }

  /** The status a request with this gets; the connection closes behind it. */
  public Status answer() {
    return Status.of(answer);
  }

  /** Whether a listener may let it pass. */
  public boolean isWaivable() {
    return waiver == Waiver.ALLOWED;
  }

  /** {@code bare-lf}: for metrics and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
