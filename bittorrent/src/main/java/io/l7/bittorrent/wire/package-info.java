/**
 * The peer wire protocol as values and codecs: the handshake, the messages of BEP 3 and 6, the
 * extension protocol (BEP 10) with metadata exchange (9) and peer exchange (11). No socket beyond
 * the reader and writer it is given, no policy, no state of a swarm.
 */
@NullMarked
package io.l7.bittorrent.wire;

import org.jspecify.annotations.NullMarked;
