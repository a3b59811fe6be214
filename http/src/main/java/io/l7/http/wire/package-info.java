/**
 * HTTP/1.1 on the wire (RFC 9112): heads parsed in place, chunked bodies, the violations that are
 * refused and the limits.
 *
 * <p>Bytes in, values out: no sockets, threads or clocks here; connections are {@code
 * io.l7.http.server}'s.
 */
@NullMarked
package io.l7.http.wire;

import org.jspecify.annotations.NullMarked;
