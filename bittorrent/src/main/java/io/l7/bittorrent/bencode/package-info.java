/**
 * Bencoding, the notation of BEP 3: values, a strict and a lenient reader, a canonical writer.
 * Bounded and iterative; every decoded container remembers the bytes it was read from. What the
 * values mean (torrents, tracker answers, extension messages) lives with those who read them.
 */
@NullMarked
package io.l7.bittorrent.bencode;

import org.jspecify.annotations.NullMarked;
