package io.l7.http.h2;

import java.util.Locale;

/** Why a stream or a connection ends (RFC 9113 §7). */
public enum ErrorCode {
  NO_ERROR(0),
  PROTOCOL_ERROR(1),
  INTERNAL_ERROR(2),
  FLOW_CONTROL_ERROR(3),
  SETTINGS_TIMEOUT(4),
  STREAM_CLOSED(5),
  FRAME_SIZE_ERROR(6),
  REFUSED_STREAM(7),
  CANCEL(8),
  COMPRESSION_ERROR(9),
  CONNECT_ERROR(10),
  ENHANCE_YOUR_CALM(11),
  INADEQUATE_SECURITY(12),
  HTTP_1_1_REQUIRED(13);

  private static final ErrorCode[] ALL = values();

  private final int code;

  ErrorCode(int code) {
    this.code = code;
  }

  /** As in a frame. */
  public int code() {
    return code;
  }

  /** The name of a code, or the number of one that is unknown, which means no more (§7). */
  public static String name(long code) {
    return code >= 0 && code < ALL.length ? ALL[(int) code].name() : Long.toString(code);
  }

  /** {@code enhance-your-calm}: for metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
