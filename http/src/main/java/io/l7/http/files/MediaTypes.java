package io.l7.http.files;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;

/**
 * Media types by the ending of a file's name; what is not known is {@code
 * application/octet-stream}.
 */
public final class MediaTypes {
  private static final String UNKNOWN = "application/octet-stream";
  private static final String UTF_8 = "; charset=utf-8";

  private static final Map<String, String> BY_ENDING =
      Map.ofEntries(
          entry("html", "text/html" + UTF_8),
          entry("htm", "text/html" + UTF_8),
          entry("css", "text/css" + UTF_8),
          entry("js", "text/javascript" + UTF_8),
          entry("mjs", "text/javascript" + UTF_8),
          entry("txt", "text/plain" + UTF_8),
          entry("log", "text/plain" + UTF_8),
          entry("md", "text/markdown" + UTF_8),
          entry("csv", "text/csv" + UTF_8),
          entry("tsv", "text/tab-separated-values" + UTF_8),
          entry("ics", "text/calendar" + UTF_8),
          entry("vtt", "text/vtt" + UTF_8),
          entry("json", "application/json"),
          entry("map", "application/json"),
          entry("jsonld", "application/ld+json"),
          entry("webmanifest", "application/manifest+json"),
          entry("geojson", "application/geo+json"),
          entry("xml", "application/xml"),
          entry("xhtml", "application/xhtml+xml"),
          entry("rss", "application/rss+xml"),
          entry("atom", "application/atom+xml"),
          entry("mpd", "application/dash+xml"),
          entry("m3u8", "application/vnd.apple.mpegurl"),
          entry("m4s", "video/iso.segment"),
          entry("mp4", "video/mp4"),
          entry("m4v", "video/mp4"),
          entry("webm", "video/webm"),
          entry("mkv", "video/matroska"),
          entry("mov", "video/quicktime"),
          entry("ts", "video/mp2t"),
          entry("ogv", "video/ogg"),
          entry("m4a", "audio/mp4"),
          entry("mp3", "audio/mpeg"),
          entry("aac", "audio/aac"),
          entry("oga", "audio/ogg"),
          entry("ogg", "audio/ogg"),
          entry("opus", "audio/ogg"),
          entry("wav", "audio/wav"),
          entry("flac", "audio/flac"),
          entry("png", "image/png"),
          entry("jpg", "image/jpeg"),
          entry("jpeg", "image/jpeg"),
          entry("gif", "image/gif"),
          entry("webp", "image/webp"),
          entry("avif", "image/avif"),
          entry("svg", "image/svg+xml"),
          entry("ico", "image/vnd.microsoft.icon"),
          entry("bmp", "image/bmp"),
          entry("tif", "image/tiff"),
          entry("tiff", "image/tiff"),
          entry("woff", "font/woff"),
          entry("woff2", "font/woff2"),
          entry("ttf", "font/ttf"),
          entry("otf", "font/otf"),
          entry("wasm", "application/wasm"),
          entry("pdf", "application/pdf"),
          entry("zip", "application/zip"),
          entry("gz", "application/gzip"),
          entry("br", UNKNOWN),
          entry("zst", "application/zstd"),
          entry("tar", "application/x-tar"),
          entry("jar", "application/java-archive"),
          entry("torrent", "application/x-bittorrent"));

  private MediaTypes() {}

  /** The type of a file of this name. */
  public static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0
        ? UNKNOWN
        : BY_ENDING.getOrDefault(fileName.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /** Whether compressing content of this type is worth the time. */
  static boolean isCompressible(String type) {
    return type.startsWith("text/")
        || type.startsWith("application/json")
        || type.endsWith("+json")
        || type.endsWith("+xml")
        || type.equals("application/xml")
        || type.equals("application/wasm")
        || type.equals("font/ttf")
        || type.equals("font/otf")
        || type.equals("image/bmp");
  }
}
