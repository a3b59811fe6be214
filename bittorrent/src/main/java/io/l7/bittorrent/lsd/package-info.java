/**
 * Local Service Discovery (BEP 14): its messages, when which torrent is announced, and the ports of
 * its two multicast groups. What a torrent does with the peers that are heard is the peer
 * package's.
 */
@NullMarked
package io.l7.bittorrent.lsd;

import org.jspecify.annotations.NullMarked;
