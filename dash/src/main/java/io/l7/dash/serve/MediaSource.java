package io.l7.dash.serve;

import java.io.IOException;
import java.util.Optional;

/** Where a served presentation's files come from. Thread-safe. */
public sealed interface MediaSource extends AutoCloseable permits PackedFolder, JustInTime {

  /**
   * Finds what a path names.
   *
   * @param path decoded, without its leading slash, free of dot segments
   */
  Optional<Resource> find(String path) throws IOException;

  @Override
  void close() throws IOException;
}
