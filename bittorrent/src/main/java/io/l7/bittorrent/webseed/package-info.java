/**
 * Web seeds (BEP 19): which URL holds which bytes of a torrent, one range of them over HTTP, and
 * when a server that failed is asked again. What is asked for, and what becomes of it, is decided
 * elsewhere.
 */
@NullMarked
package io.l7.bittorrent.webseed;

import org.jspecify.annotations.NullMarked;
