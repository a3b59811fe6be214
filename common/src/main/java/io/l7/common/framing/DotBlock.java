package io.l7.common.framing;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a dot-stuffed block that was read to its end.
 *
 * @param octets how many octets the block has, unstuffed, also beyond the limit
 * @param faults why it must not be taken; empty when it is sound
 * @param sinkFailure what the sink threw, if it did; the rest of the block was read all the same
 */
public record DotBlock(long octets, Set<Fault> faults, Optional<IOException> sinkFailure) {
  /** What can be wrong with a block. */
  public enum Fault {
    /** Longer than the limit. */
    TOO_LONG,
    /** A CR that is not followed by LF (RFC 5321 §2.3.8 forbids it; the root of smuggling). */
    BARE_CR,
    /** An LF that does not follow a CR. */
    BARE_LF
  }

  public DotBlock {
    faults = Set.copyOf(faults);
  }

  /** Whether the sink holds the whole block and nothing is wrong with it. */
  public boolean sound() {
    return faults.isEmpty() && sinkFailure.isEmpty();
  }
}
