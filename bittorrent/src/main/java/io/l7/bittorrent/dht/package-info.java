/**
 * The mainline DHT (BEP 5, 32, 42, 43): messages, routing table, lookups, tokens, stored peers, and
 * a node over UDP. What is decided is decided without socket or clock. What a torrent does with the
 * peers that are found is the peer package's.
 */
@NullMarked
package io.l7.bittorrent.dht;

import org.jspecify.annotations.NullMarked;
