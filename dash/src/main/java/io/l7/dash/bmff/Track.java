package io.l7.dash.bmff;

import java.util.Optional;

/**
 * One track of a plain MP4.
 *
 * @param timescale ticks a second, 1 or more
 * @param sampleEntry the first sample entry of stsd, whole, as it stands in the file
 * @param mediaStart composition time at which presentation starts (first non-empty edit), in ticks
 * @param startDelay ticks of nothing before it (empty edit)
 */
public record Track(
    int id,
    Kind kind,
    int timescale,
    String language,
    SampleEntry sampleEntry,
    long mediaStart,
    long startDelay,
    SampleTable samples) {

  /** What a track holds; others are not packaged. */
  public enum Kind {
    VIDEO("vide", "vmhd"),
    AUDIO("soun", "smhd");

    private final String handler;
    private final String mediaHeader;

    Kind(String handler, String mediaHeader) {
      this.handler = handler;
      this.mediaHeader = mediaHeader;
    }

    /** The handler type of hdlr. */
    public String handler() {
      return handler;
    }

    String mediaHeader() {
      return mediaHeader;
    }

    static Optional<Kind> of(String handler) {
      return switch (handler) {
        case "vide" -> Optional.of(VIDEO);
        case "soun" -> Optional.of(AUDIO);
        default -> Optional.empty();
      };
    }
  }

  /** Presentation time of a sample, in ticks from the start of the film. */
  public long presentationTime(int sample) {
    return samples.decodeTime(sample) + samples.compositionOffset(sample) - mediaStart + startDelay;
  }
}
