/**
 * What a torrent is: the metainfo file (BEP 3, 12, 23, 27, 47; BEP 52 recognised), magnet links,
 * info-hashes, safe paths, and the creator that hashes content. No network, no downloaded data.
 */
@NullMarked
package io.l7.bittorrent.metainfo;

import org.jspecify.annotations.NullMarked;
