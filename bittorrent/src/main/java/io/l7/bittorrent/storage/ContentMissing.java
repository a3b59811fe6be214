package io.l7.bittorrent.storage;

import java.io.IOException;

/** A file of the content is not there, or is shorter than the torrent says. */
public final class ContentMissing extends IOException {
  private static final long serialVersionUID = 1L;

  ContentMissing(String what) {
    super(what);
  }
}
