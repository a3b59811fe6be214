package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.Block;

/**
 * A block to request, and why.
 *
 * @param block to request
 * @param reason the rule that chose it
 * @param availability how many peers are known to have its piece
 * @param begins whether it is the first block asked of its piece
 */
public record Pick(Block block, PickReason reason, int availability, boolean begins) {}
