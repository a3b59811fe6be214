/**
 * The server side of a connection of HTTP/2 (RFC 9113): a thread that reads frames, one for each
 * stream, windows in both directions, turns to speak.
 *
 * <p>Frames and field blocks are {@code io.l7.http.h2}'s; what both versions of HTTP share lies in
 * {@code io.l7.http.server}.
 */
@NullMarked
package io.l7.http.server.h2;

import org.jspecify.annotations.NullMarked;
