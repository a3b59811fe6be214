package io.l7.dash.serve;

import io.l7.http.message.Request;
import java.io.IOException;
import java.util.Optional;

/** Where a served presentation's files come from. Thread-safe. */
public sealed interface MediaSource extends AutoCloseable
    permits PackedFolder, JustInTime, LiveLoop {

  /**
   * Finds what a path names.
   *
   * @param path decoded, without its leading slash, free of dot segments
   */
  Optional<Resource> find(String path) throws IOException;

  /** The same for a request: what is there may name the server as the client knows it. */
  default Optional<Resource> find(Request request, String path) throws IOException {
    return find(path);
  }

  /** Why nothing was found. */
  default Absence absence(String path) {
    return Absence.UNKNOWN;
  }

  @Override
  void close() throws IOException;
}
