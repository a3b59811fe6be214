/**
 * A swarm in virtual time: the production brain of every peer over modelled links, a thousand peers
 * in one thread, the same trace for the same seed.
 */
@NullMarked
package io.l7.bittorrent.sim;

import org.jspecify.annotations.NullMarked;
