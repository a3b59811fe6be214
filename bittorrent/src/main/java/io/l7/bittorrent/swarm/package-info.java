/**
 * The small values every part of a swarm shares: bitfields, piece arithmetic, peer keys, rates and
 * the decisions that were taken about a peer, with their reasons. No policy, no socket, no file.
 */
@NullMarked
package io.l7.bittorrent.swarm;

import org.jspecify.annotations.NullMarked;
