package io.l7.bittorrent.brain;

/** What a peer's handshake offered, as far as decisions depend on it. */
public enum Extensions {
  /** BEP 3 alone. */
  NONE,
  /** The Fast extension (BEP 6): rejects instead of silence. */
  FAST
}
