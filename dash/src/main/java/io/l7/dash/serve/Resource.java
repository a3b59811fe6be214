package io.l7.dash.serve;

import io.l7.http.message.Body;
import java.io.IOException;
import java.util.Locale;

/**
 * Something that can be sent, whole or in part.
 *
 * @param type media type
 * @param tag strong entity tag, quotes included
 * @param freshness value of Cache-Control
 */
record Resource(String type, long length, String tag, String freshness, Content content) {
  /**
   * For a manifest: ask each time, a 304 costs little. An edge whose origin is dead goes on with
   * what it has for a day (RFC 5861 §4), which {@code no-cache} would forbid.
   */
  static final String REVALIDATE = "max-age=0, stale-if-error=86400";

  /** For media, whose bytes never change under their name. */
  static final String DAY = "public, max-age=86400";

  /** Opens a part of the content. */
  @FunctionalInterface
  interface Content {
    Body open(long position, long length) throws IOException;
  }

  static Resource of(byte[] bytes, String type, String tag, String freshness) {
    return new Resource(
        type,
        bytes.length,
        tag,
        freshness,
        (position, length) -> new Body.Bytes(bytes, (int) position, (int) length));
  }

  /** The media type that players expect for a file of this name. */
  static String typeOf(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower.substring(lower.lastIndexOf('.') + 1)) {
      case "mpd" -> "application/dash+xml";
      case "m3u8" -> "application/vnd.apple.mpegurl";
      case "m4s" -> "video/iso.segment";
      case "mp4", "m4v" -> "video/mp4";
      case "m4a" -> "audio/mp4";
      case "vtt" -> "text/vtt; charset=utf-8";
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "json" -> "application/json";
      case "jpg", "jpeg" -> "image/jpeg";
      case "png" -> "image/png";
      default -> "application/octet-stream";
    };
  }
}
