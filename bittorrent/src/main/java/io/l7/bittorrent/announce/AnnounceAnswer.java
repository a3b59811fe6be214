package io.l7.bittorrent.announce;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a tracker answers. */
public sealed interface AnnounceAnswer {
  /**
   * The tracker has taken note.
   *
   * @param interval until the next regular announce
   * @param minInterval least time until any
   * @param complete seeds, if told
   * @param incomplete leechers, if told
   * @param peers to try; not judged yet
   * @param warning a remark for the user
   * @param trackerId to be sent with the next announce
   */
  record Accepted(
      Duration interval,
      Optional<Duration> minInterval,
      Optional<Integer> complete,
      Optional<Integer> incomplete,
      List<InetSocketAddress> peers,
      Optional<String> warning,
      Optional<String> trackerId)
      implements AnnounceAnswer {
    public Accepted {
      peers = List.copyOf(peers);
    }
  }

  /**
   * The tracker refuses.
   *
   * @param reason in the tracker's words
   * @param retry when to try again, if it says so (BEP 31)
   */
  record Refused(String reason, Retry retry) implements AnnounceAnswer {}

  /** When a refused peer may come again (BEP 31). */
  sealed interface Retry {
    /** Nothing was said. */
    record AsUsual() implements Retry {}

    /** After this time. */
    record After(Duration pause) implements Retry {}

    /** Not at all. */
    record Never() implements Retry {}
  }
}
