/**
 * Header compression of HTTP/2 (RFC 7541): field blocks decoded and encoded, with the state that
 * the blocks of one connection share.
 *
 * <p>Octets in, fields out: what a field may be is {@code io.l7.http.h2}'s affair; no sockets or
 * threads here.
 */
@NullMarked
package io.l7.http.hpack;

import org.jspecify.annotations.NullMarked;
