package io.l7.bittorrent.pick;

/**
 * Bounds of the picker.
 *
 * @param randomFirst pieces picked at random before rarity counts; 1 (BEP 3: until the first is
 *     complete)
 * @param endgameCopies peers a block may be asked of at a time in the endgame; 2, so that
 *     duplicates stay below 1 % of the content
 * @param endgameQueue blocks asked of one peer at a time in the endgame; 4, for the same reason
 */
public record PickLimits(int randomFirst, int endgameCopies, int endgameQueue) {
  /** The defaults. */
  public static final PickLimits DEFAULTS = new PickLimits(1, 2, 4);

  public PickLimits {
    if (randomFirst < 0 || endgameCopies < 1 || endgameQueue < 1) {
      throw new IllegalArgumentException("pick limits below their least values");
    }
  }
}
