/**
 * The tracker: one store of swarms behind HTTP (BEP 3, 7, 23, 48) and UDP (BEP 15), with allow
 * list, statistics and snapshots. Asking a tracker is the announce package's.
 */
@NullMarked
package io.l7.bittorrent.tracker;

import org.jspecify.annotations.NullMarked;
