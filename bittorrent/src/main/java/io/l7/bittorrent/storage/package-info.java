/**
 * Content on disk: positional reads and writes over the files of a torrent, blocks hashed as they
 * arrive, verification, and the resume record. Blocking; its callers run it on the disk pool. What
 * to fetch and from whom is decided elsewhere.
 */
@NullMarked
package io.l7.bittorrent.storage;

import org.jspecify.annotations.NullMarked;
