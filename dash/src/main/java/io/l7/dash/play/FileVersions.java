package io.l7.dash.play;

import io.l7.http.message.Response;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which version of a file was seen first: parts of another are not joined to it (RFC 9110
 * §15.3.7.3). Thread-safe.
 */
final class FileVersions {
  /** Files remembered: what is live for days names new ones all the time. */
  private static final int MOST = 10_000;

  private final Map<String, String> seen = new ConcurrentHashMap<>();

  /**
   * What has changed since the first part of this file, in words; none where nothing has.
   *
   * @param response a 206 with its Content-Range
   */
  Optional<String> changed(String uri, Response response) {
    String range = response.field("Content-Range").orElse("");
    String version =
        response.field("ETag").orElse("without ETag")
            + ", "
            + range.substring(range.lastIndexOf('/') + 1)
            + " bytes";
    if (seen.size() >= MOST) {
      seen.clear();
    }
    String first = seen.putIfAbsent(uri, version);
    return first == null || first.equals(version)
        ? Optional.empty()
        : Optional.of("the file has changed: " + version + " instead of " + first);
  }
}
