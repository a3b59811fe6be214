/**
 * HTTP/2 on the wire (RFC 9113): frames, settings, the limits and what counts as a flood, and how a
 * field block becomes the head of a request.
 *
 * <p>Bytes in, values out: no sockets or threads here; connections are {@code
 * io.l7.http.server.h2}'s.
 */
@NullMarked
package io.l7.http.h2;

import org.jspecify.annotations.NullMarked;
