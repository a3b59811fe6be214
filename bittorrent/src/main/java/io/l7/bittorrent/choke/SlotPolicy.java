package io.l7.bittorrent.choke;

/** How many slots there are, and whether the optimistic one is among the four. */
public enum SlotPolicy {
  /** The textbook's reading (Kurose and Ross, 2.5): the four best, and one more to try out. */
  KUROSE_4_PLUS_1(4, 1, false),
  /**
   * BEP 3's reading: four downloaders of which the optimistic one is a member, and peers that are
   * faster than the slowest of them but not interested are unchoked besides.
   */
  BEP3_4_INCL_1(3, 1, true);

  private final int regular;
  private final int optimistic;
  private final boolean fasterUninterested;

  SlotPolicy(int regular, int optimistic, boolean fasterUninterested) {
    this.regular = regular;
    this.optimistic = optimistic;
    this.fasterUninterested = fasterUninterested;
  }

  /** Slots given by merit. */
  public int regular() {
    return regular;
  }

  /** Slots given by lot. */
  public int optimistic() {
    return optimistic;
  }

  /** Whether peers that are fast but want nothing now are unchoked besides. */
  public boolean unchokesFasterUninterested() {
    return fasterUninterested;
  }
}
