/** BitTorrent metainfo, tracker, peer, choker, picker, storage and simulator. */
@NullMarked
package io.l7.bittorrent;

import org.jspecify.annotations.NullMarked;
