/**
 * The files of a torrent over HTTP while they are fetched. What comes first for a reader is the
 * picker's affair, the wire the HTTP server's.
 */
@NullMarked
package io.l7.bittorrent.stream;

import org.jspecify.annotations.NullMarked;
