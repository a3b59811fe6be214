package io.l7.dash.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes a ladder of plain MP4 files of one video, keyframes at the same times in all. */
public interface Encoder {

  /**
   * Encodes; blocks until done. The files lie in {@code directory}: one for each rung, then one
   * with the sound, if any.
   *
   * @throws PackException with the encoder's last words where it fails
   */
  List<Path> encode(Path video, Ladder ladder, Duration segment, Path directory, Progress progress)
      throws IOException;

  /** What the video is. */
  Source probe(Path video) throws IOException;

  /** A video's height in lines, its duration where known, and whether it has sound. */
  record Source(int height, Optional<Duration> duration, Sound sound) {}

  /** Whether there is an audio track. */
  enum Sound {
    PRESENT,
    ABSENT
  }

  /** Hears how far the encoder is. */
  @FunctionalInterface
  interface Progress {
    Progress NONE = (done, speed) -> {};

    /**
     * Hears how far it is.
     *
     * @param done duration encoded so far
     * @param speed times real time; 0 where not known yet
     */
    void at(Duration done, double speed);
  }
}
