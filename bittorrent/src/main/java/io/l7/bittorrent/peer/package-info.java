/**
 * The engine: connections to peers, one torrent's session, the node that holds them all. It moves
 * bytes and messages; every decision is the brain's, every file the storage's.
 */
@NullMarked
package io.l7.bittorrent.peer;

import org.jspecify.annotations.NullMarked;
