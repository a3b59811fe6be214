package io.l7.bittorrent.announce;

import java.io.IOException;

/** Speaks to trackers of one kind. Blocking; safe for all threads. */
public interface TrackerClient {
  /**
   * Announces once.
   *
   * @throws IOException the tracker could not be reached, or its answer makes no sense; the message
   *     is fit for the user
   */
  AnnounceAnswer announce(String url, AnnounceRequest request) throws IOException;
}
