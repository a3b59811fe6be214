package io.l7.common.framing;

/**
 * Bounds of a chunked body.
 *
 * @param extensionOctets octets of chunk extensions in all; 16 KiB, because RFC 9112 §7.1.1 asks
 *     for a total limit and no known sender comes near it
 * @param trailerOctets octets of the trailer section; 8 KiB
 * @param trailerFields field lines in the trailer section; 50
 */
public record ChunkLimits(int extensionOctets, int trailerOctets, int trailerFields) {
  /** The limits named above. */
  public static ChunkLimits defaults() {
    return new ChunkLimits(16 * 1024, 8 * 1024, 50);
  }
}
