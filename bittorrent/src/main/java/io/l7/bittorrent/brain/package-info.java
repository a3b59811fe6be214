/**
 * All decisions of one peer in one swarm: events in, actions out. Knows no socket, file, thread or
 * clock, so that the engine and the simulator drive the same class.
 */
@NullMarked
package io.l7.bittorrent.brain;

import org.jspecify.annotations.NullMarked;
