/**
 * Asking trackers: over HTTP (BEP 3, 7, 23) and UDP (BEP 15), in tiers (BEP 12), at the right
 * times. Being a tracker is the tracker package's.
 */
@NullMarked
package io.l7.bittorrent.announce;

import org.jspecify.annotations.NullMarked;
