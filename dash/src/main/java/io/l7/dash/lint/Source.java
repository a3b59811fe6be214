package io.l7.dash.lint;

import io.l7.dash.mpd.Mpd.ByteRange;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Where lint reads segments. */
@FunctionalInterface
public interface Source {
  /** The bytes behind a URL, or a part of them. */
  byte[] read(URI uri, Optional<ByteRange> range) throws IOException;
}
