/**
 * The least time a file needs to reach everybody, from a server and in a swarm, and how near a
 * swarm came to it. Arithmetic only.
 */
@NullMarked
package io.l7.bittorrent.bound;

import org.jspecify.annotations.NullMarked;
